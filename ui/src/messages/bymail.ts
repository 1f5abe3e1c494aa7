// Words of events that are made by mail: addresses, what came to them, what is answered.
import { list } from "../lib/numbers";
import type { Tone } from "../lib/tone";

export const byMailWords = {
  title: "Make events by mail",
  text: "Invite one of these addresses to an event in your own calendar, and the event is here too. Changes and cancellations follow.",
  none: "You need not connect your calendar. Invite an address of yours to an event there, as if it were a guest, and the event is here too.",
  wants: "Invite an address of yours to an event in your own calendar, as if it were a guest, and the event is here too. First add an inbox that such invitations arrive in, and a sender that confirms them.",
  notInPractice: "Practice takes no real mail. Leave it to make events by mail.",
  add: "Add an address",

  does: (allowed: string[], calendar: string) => `Invitations from ${list(allowed)} go into “${calendar}”`,
  came: "What came",
  change: "Change…",
  remove: "Remove",
  actions: (address: string) => `Actions for ${address}`,
  removed: (address: string) => `${address} takes no invitations any more. Its events stay.`,
  added: (address: string) => `${address} takes invitations`,
  changed: (address: string) => `Saved what ${address} does.`,

  changeTitle: (address: string) => `Change ${address}`,
  address: "Address to invite",
  addressHint: "Mail to it has to arrive in the inbox below. With most providers what stands after the “+” needs no setting up.",
  allowed: "Who may do this",
  allowedHint: "The address that your own calendar sends invitations from, one a line. Everybody else is refused and not answered.",
  calendar: "Put the events into",
  inbox: "Mail arrives in",
  sender: "Confirm from",
  unchecked: "Also follow invitations that no mail server checked",
  uncheckedHint: "Anyone who knows these addresses could then forge one. Better: name your mail server in the inbox, under Edit, More settings.",
  save: "Save",
  tryIt: "Invite it to an event in your own calendar, as if it were a guest. A mail confirms each event.",
  copy: "Copy the address",
  copied: "Copied.",
  done: "Done",

  logTitle: (address: string) => `What came to ${address}`,
  nothingCame: "Nothing came yet",
  nothingCameText: "Open an event in your own calendar, add this address as a guest and save.",
  outcomes: { created: "Added", updated: "Changed", cancelled: "Cancelled", unchanged: "Nothing new", failed: "Not done", refused: "Refused" } as Record<string, string>,
  last: (outcome: string, subject: string, when: string) => `${outcome}: ${subject}, ${when}`,
  noSubject: "(No subject)",
  from: (sender: string, when: string) => `${sender === "" ? "Nobody knows who" : sender}, ${when}`,
  show: "Show",
  showEvent: (subject: string) => `Show the event of “${subject}”`,

  wordings: "Words of the answers…",
  wordingsTitle: "How invitations by mail are answered",
  kind: "Answer to",
  kinds: { created: "A new event", updated: "A changed event", cancelled: "A cancelled event", failed: "What could not be done" } as Record<string, string>,
  subject: "Subject",
  body: "Text",
  bodyHint: "Names in {{ }} are filled in: event.summary, event.when, event.place, calendar, address, subject, details, others.",
  version: (version: number) => (version === 0 ? "As it comes with Rollcall." : `Version ${version}. What was sent before keeps its words.`),
  leaveTitle: "Throw away what you typed?",
  leaveText: (kinds: string[]) => `The words for ${list(kinds.map((kind) => `“${kind}”`))} are not saved yet.`,
  keepWriting: "Keep writing",
  throwAway: "Throw away",
  wordingSaved: "Answers from now on say this.",
};

/** How an outcome is to be seen. */
export function outcomeTone(outcome: string): Tone {
  switch (outcome) {
    case "created":
    case "updated":
      return "yes";
    case "cancelled":
      return "accent";
    case "failed":
      return "no";
    case "refused":
      return "maybe";
    default:
      return "none";
  }
}

/** What became of the answer; empty where there is nothing to say. */
export function answerWords(reply: string, problem: string, outcome: string): string {
  switch (reply) {
    case "due":
      return problem === "" ? "The answer is about to be sent." : `The answer waits: ${problem}`;
    case "sent":
      return outcome === "failed" ? "A mail said why." : "Confirmed by mail.";
    case "handed":
      return "Nobody knows whether the answer arrived. It is not sent twice.";
    case "lost":
      return `The answer could not be sent: ${problem}`;
    default:
      return outcome === "refused" ? "Not answered, so that a stranger learns nothing." : "";
  }
}
