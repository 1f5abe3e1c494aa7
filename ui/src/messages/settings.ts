// Words of the settings: accounts, look, data.
import { count, plural } from "../lib/numbers";
import type { Tone } from "../lib/tone";

/** "640 KB", "12 MB". */
function size(kilobytes: number): string {
  return kilobytes < 1_000 ? `${count(kilobytes)} KB` : `${count(Math.round(kilobytes / 1_000))} MB`;
}

/** An account by its role too: a sender and an inbox may have the same name. */
interface Named {
  role: "sender" | "inbox";
  label: string;
}

const called = ({ role, label }: Named): string => `the ${role} “${label}”`;

export const settingsWords = {
  locked: "Your passwords are locked",
  lease: "Another copy may be sending",
  adopt: "Let this computer send",
  adoptTitle: "Let this computer send?",
  adoptText: "Only one copy of your data may send, so that no guest is mailed twice. Go on only if the other copy will not send any more.",
  adopted: "This computer may send now.",

  mailAccounts: "Senders and inboxes",
  senders: "Senders",
  sendersText: "Invitations leave from here.",
  noSender: "Nothing to send from yet. Rollcall sends through your own mail account or Amazon SES.",
  inboxes: "Inboxes",
  inboxesText: "Answers come back here. Best is a mailbox outside Gmail: guests with Gmail answer a Gmail address inside Google, and that answer may never come as a mail.",
  noInbox: "No inbox yet. Without one, answers of guests are not seen.",
  addSender: "Add a sender",
  addInbox: "Add an inbox",
  check: "Check",
  reconnect: "Check again",
  signInAgain: "Sign in again",
  signIn: "Sign in and check",
  signInTitle: (account: Named) => `Sign in to ${called(account)}`,
  edit: "Edit…",
  editInstead: "Edit the account…",
  editTitle: (account: Named) => `Edit ${called(account)}`,
  actions: ({ role, label }: Named) => `Actions for the ${role} ${label}`,
  checkOf: (account: Named) => `Check ${called(account)}`,
  remove: "Remove…",
  removeTitle: (account: Named) => `Remove ${called(account)}?`,
  removeText: "Its password is forgotten. What was sent and what came back through it stays. Campaigns that wait for it stop until you choose another.",
  removeConfirm: "Remove",
  removed: (account: Named) => `Removed ${called(account)}.`,
  practice: "Practice",

  kinds: { smtp: "Mail server (SMTP)", ses: "Amazon SES", imap: "Mailbox (IMAP)", maildir: "Folder (Maildir)", rehearsal: "Practice" } as Record<string, string>,
  kindLabel: "Kind of account",
  kindTexts: {
    smtp: "Sends as your mail program does. Good for some hundred guests a day; most providers allow no more.",
    ses: "Amazon’s service for much mail: thousands of guests in minutes, for about ten cents a thousand.",
    imap: "The mailbox is read as your mail program reads it. Nothing in it is changed unless you name a folder for handled messages.",
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
  tlsKinds: { implicit: "SSL/TLS (465, 993)", starttls: "STARTTLS (587, 143)", none: "None, this computer only" },
  user: "User name",
  userHint: "Mostly the whole address.",
  withoutPassword: "This server asks for no password",
  withoutPasswordHint: "Such as one on this computer or in your own network.",
  password: "Password",
  passwordHint: "Sealed on this computer. It is never shown again.",
  passwordKept: "Empty keeps the one that is stored.",
  more: "More settings",
  shownAs: "Name that guests see",
  shownAsHint: "Stands beside the address, such as “Chicago Bears”.",
  limits: "Limits of this account",
  limitsHint: "Rollcall keeps to the lowest of these and to what the service itself says. Empty: no limit of yours.",
  limitNames: {
    per_second: "Messages a second",
    per_minute: "Messages a minute",
    per_hour: "Messages an hour",
    per_day: "Messages in 24 hours",
    batch: "Pause after so many messages",
    batch_gap_seconds: "Seconds of the pause",
  },
  batchHint: "Some providers ask for pauses, such as 100 messages and then ten minutes (600 seconds) of nothing.",
  connections: "Connections at once",
  connectionsHint: "Empty: 3. Your provider says how many it allows.",
  folders: "Other folders with answers",
  foldersHint: "Where rules of your mailbox file answers, one folder a line, by its name there. Inbox and bin are always looked through.",
  handled: "Put handled messages into",
  handledHint: "The name of a folder, made if it is not there. Answers and reports go there once they are counted. Empty: nothing in your mailbox is changed.",
  login: "Sign in with",
  loginHint: "A token is for providers that take no passwords any more, where you have a way to get one.",
  logins: { password: "A password", xoauth2: "A token (OAuth)" },
  byConsent: "It signs in with what you allowed in the browser for the calendars of this account, so that no password is needed.",
  token: "Token",
  tokenHint: "It lasts only for a while; you are asked again when it is refused.",
  authservId: "Your mail server’s own name",
  authservIdHint: "As it stands in “Authentication-Results” of a mail you got. With it, forged answers are held back for you to look at.",
  region: "Region",
  regionHint: "At the top right of Amazon’s console, such as us-east-1.",
  accessKey: "Access key",
  accessKeyHint: "In Amazon’s console: IAM, Users, Security credentials, Create access key. The check shows the least it must be allowed.",
  accessKeyKept: "Empty keeps the one that is stored.",
  secretKey: "Secret key",
  path: "Folder",
  pathHint: "The one that holds cur, new and tmp.",
  save: "Save and check",
  done: "Done",
  checking: "Checking…",
  savedTitle: ({ role, label }: Named) => `The ${role} “${label}” is saved`,
  probe: "Try it with a mail",
  probeText: "Sends one mail to the inbox’s own address and waits for it, up to two minutes.",
  probeSender: "Send it from",

  look: "Look and notifications",
  notifications: "Tell me when answers come while Rollcall is in the background",
  notificationChoices: { on: "Tell me", off: "Stay quiet" },
  theme: "Colours",
  themes: { system: "As the system", light: "Light", dark: "Dark" },
  delivery: "Mail that comes back",
  patience: "Stop mail to an address whose server takes nothing for now",
  patienceText: "A full mailbox may be empty tomorrow; one that was full many times in a row is hardly read any more. You can let mail to it again under Guests.",
  reminders: "Leave a guest who was reminded alone",
  reminderDays: (days: number) => (days === 0 ? "Not at all" : days === 1 ? "For a day" : `For ${days} days`),
  patienceOf: (messages: number) => (messages === 0 ? "Never" : messages === 1 ? "After one message" : `After ${messages} in a row`),
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
  folderText: "A backup is made every day beside your data. A second folder, on a stick or in a cloud folder, survives this computer.",
  folderNow: (path: string) => `A backup is made every day, beside your data and in ${path}.`,
  folderChoose: "Choose a folder…",
  folderNone: "No second folder",
  folderChosen: "Today’s backup is there.",
  folderLeft: "There is no second folder any more.",
  archiveText: "Every message that came back, as a file that any mail program opens.",
  archiveSave: "Save messages…",
  archiveKind: "Mailbox file",
  archiveSaved: (messages: number) => `Saved ${plural(messages, "message")}.`,
  retention: "How long messages that came back are kept. Answers and charts stay for ever.",
  retentionLabel: "How long messages that came back are kept",
  notRead: (what: string, why: string) => `${what}: ${why}`,
  keptFor: (months: number) => (months === 0 ? "For ever" : months % 12 === 0 ? plural(months / 12, "year") : plural(months, "month")),
  retentionTitle: "Let go of old messages?",
  retentionWhat: (months: number) =>
    `Messages that came more than ${months % 12 === 0 ? plural(months / 12, "year") : plural(months, "month")} ago are removed now, and later ones as they become as old. What they said stays. This cannot be taken back.`,
  retentionConfirm: "Let go of them",
  history: (versions: number, kilobytes: number) =>
    versions === 0
      ? "How long the history of events is kept. There is none yet."
      : `How long the history of events is kept. It has ${plural(versions, "version")} and takes ${size(kilobytes)}. What guests were told stays.`,
  historyLabel: "How long history is kept",
  historyConfirm: "Let go of it",
  historyTitle: "Let go of old history?",
  historyWhat: (years: number) => `What events said more than ${plural(years, "year")} ago is removed now, and later history as it becomes as old. Events themselves and what guests were told stay. This cannot be taken back.`,
  log: "Save the log…",
  logText: "For a bug report. It holds no passwords and no addresses.",
  logged: "Saved the log.",
  backupKind: "Backup",
  logKind: "Log",
  about: "About",
  version: (version: string) => `Rollcall ${version}`,
};

export const passphraseWords = {
  label: "Passphrase",
  recoveryLabel: "Recovery passphrase",
  again: "The same again",
  differs: "This is not the same.",
  hint: "At least 12 characters. Several words are easy to remember and hard to guess. Nobody can find it again for you.",
  optionalHint: "Empty: everything is restored but passwords, which you enter again.",
  enter: "Enter the passphrase…",
  openTitle: "Open your passwords",
  openText: "The passwords of your accounts are sealed on this computer. Your passphrase opens them until Rollcall ends.",
  open: "Open",
  opened: "Your passwords are open. What waited goes on.",
  chooseTitle: "Choose a passphrase",
  chooseText: "This computer has no keychain that Rollcall could use, so the passwords of your accounts are sealed with a passphrase of yours. It is asked for each time Rollcall starts.",
  choose: "Choose it",
  recoveryText: "A recovery passphrase opens the passwords in your backups on any computer, should this one be lost.",
  recoverySet: "The passwords in your backups open on any computer with your recovery passphrase.",
  recoverySetUp: "Choose one…",
  recoveryChange: "Choose another…",
  recoveryTitle: "Choose a recovery passphrase",
  recoveryWhat: "Write it down and keep it away from this computer. Every backup from now on opens with it; older ones with the one before.",
  recoveryDone: "Backups from now on open with this passphrase.",
};

/** How well an account is. */
export function accountTone(state: string): Tone {
  switch (state) {
    case "ok":
      return "yes";
    case "unchecked":
      return "none";
    case "needs_login":
      return "maybe";
    default:
      return "no";
  }
}
