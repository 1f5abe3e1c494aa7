// Words of the settings: accounts, look, data.
import type { Tone } from "../lib/tone";

export const settingsWords = {
  locked: "Your passwords are locked",
  lease: "Another copy may be sending",
  adopt: "Let this computer send",
  adoptTitle: "Let this computer send?",
  adoptText: "Only one copy of your data may send, so that no guest is mailed twice. Go on only if the other copy will not send any more.",
  adopted: "This computer may send now.",

  senders: "Senders",
  sendersText: "Invitations leave from here.",
  noSender: "Nothing to send from yet. Rollcall sends through your own mail account or Amazon SES.",
  inboxes: "Inboxes",
  inboxesText: "Answers come back here. A mailbox that is not Gmail gets every answer: Google keeps answers between its own users to itself.",
  noInbox: "No inbox yet. Without one, answers of guests are not seen.",
  addSender: "Add a sender",
  addInbox: "Add an inbox",
  check: "Check",
  reconnect: "Check again",
  actions: (label: string) => `Actions for ${label}`,
  checkOf: (label: string) => `Check “${label}”`,
  remove: "Remove…",
  removeTitle: (label: string) => `Remove “${label}”?`,
  removeText: "Its password is forgotten. What was sent and what came back through it stays. Campaigns that wait for it stop until you choose another.",
  removeConfirm: "Remove",
  removed: (label: string) => `Removed “${label}”.`,
  practice: "Practice",

  kinds: { smtp: "Mail server (SMTP)", ses: "Amazon SES", imap: "Mailbox (IMAP)", maildir: "Folder (Maildir)", rehearsal: "Practice" } as Record<string, string>,
  kindLabel: "Kind of account",
  kindTexts: {
    smtp: "Sends as your mail program does. Good for some hundred guests a day; most providers allow no more.",
    ses: "Amazon’s service for much mail: thousands of guests in minutes, for about ten cents a thousand.",
    imap: "The mailbox is read as your mail program reads it. Nothing in it is changed or deleted.",
    maildir: "A folder on this computer in which a mail server keeps its messages.",
    rehearsal: "Everything stays on this computer.",
  } as Record<string, string>,
  label: "Name for it",
  labelHint: "As you will see it here.",
  from: "Send from",
  fromHint: "The address that guests see.",
  fromSes: "An address or domain that is verified in SES, under “Identities”.",
  answersTo: "Address",
  answersToHint: "Guests’ answers are sent to this address.",
  provider: "Provider",
  providers: { gmail: "Gmail", outlook: "Outlook", fastmail: "Fastmail", own: "Another" },
  providerHints: {
    gmail: "Gmail wants an app password: Google account, Security, 2-Step Verification, App passwords.",
    outlook: "Outlook wants an app password: Microsoft account, Security, Advanced options. Company accounts may forbid it.",
    fastmail: "Fastmail wants an app password: Settings, Privacy and Security, Manage app passwords.",
    own: "Your provider’s help calls these “outgoing (SMTP)” and “incoming (IMAP) server”.",
  },
  host: "Server",
  port: "Port",
  tls: "Encryption",
  tlsKinds: { implicit: "From the start (465, 993)", starttls: "After hello (587, 143)", none: "None, this computer only" },
  user: "User name",
  userHint: "Mostly the whole address.",
  password: "Password",
  passwordHint: "Sealed on this computer. It is never shown again.",
  region: "Region",
  regionHint: "At the top right of Amazon’s console, such as us-east-1.",
  accessKey: "Access key",
  accessKeyHint: "In Amazon’s console: IAM, Users, Security credentials, Create access key. The check shows the least it must be allowed.",
  secretKey: "Secret key",
  path: "Folder",
  pathHint: "The one that holds cur, new and tmp.",
  save: "Save and check",
  done: "Done",
  checking: "Checking…",
  savedTitle: (label: string) => `“${label}” is saved`,
  probe: "Try it with a mail",
  probeText: "Sends one mail to the inbox’s own address and waits for it, up to two minutes.",
  probeSender: "Send it from",

  look: "Look",
  theme: "Colours",
  themes: { system: "As the system", light: "Light", dark: "Dark" },
  data: "Your data",
  dataText: "Everything is on this computer, in one place.",
  backUp: "Save a backup…",
  backUpText: "One file with calendars, guests, campaigns and answers. Passwords stay sealed.",
  backedUp: "Saved the backup.",
  restore: "Restore a backup…",
  restoreText: "Puts a backup in the place of what is here.",
  restoreTitle: "Restore this backup?",
  restoreWhat: (path: string) => `${path} takes the place of everything here. What is here now is kept beside it. Nothing is sent until you let this computer send.`,
  restoreConfirm: "Restore",
  restored: "Restored the backup.",
  log: "Save the log…",
  logText: "For a bug report. It holds no passwords and no addresses.",
  logged: "Saved the log.",
  backupKind: "Backup",
  logKind: "Log",
  about: "About",
  version: (version: string) => `Rollcall ${version}`,
};

/** How well an account is. */
export function accountTone(state: string): Tone {
  switch (state) {
    case "ok":
      return "yes";
    case "needs_login":
      return "maybe";
    default:
      return "no";
  }
}
