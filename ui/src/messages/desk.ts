// Words of the desk, where the organizer rules on what could not be tied to a guest with certainty.
import type { DeskVerb, RulingView } from "../ipc/types";
import { moment } from "../lib/dates";
import { plural } from "../lib/numbers";

const verbs: Record<DeskVerb, string> = {
  guest: "It is this guest",
  same_person: "Same person",
  add_guest: "Add as a guest and count",
  count: "Count it anyway",
  accept: "Move the event",
  decline: "Decline",
  invite: "Invite them",
  yes: "It says Yes",
  maybe: "It says Maybe",
  no: "It says No",
  dismiss: "Not an answer",
};

export const desk = {
  emptyTitle: "Nothing to decide. Well done",
  emptyText: "Every message that came back was recognised or ruled on. What cannot be tied to a guest with certainty waits here.",
  count: (messages: number) => `${plural(messages, "message")} to decide.`,
  hint: "J and K go through them, Enter takes what is marked ↵, X chooses, U takes back.",
  label: "Messages at the desk",
  choose: (subject: string) => `Choose “${subject}”`,
  bulk: "What to rule on the messages chosen",
  chosen: (messages: number) => `${plural(messages, "message")} chosen`,
  clear: "Choose none",
  decide: "Your ruling",
  whose: "Whose answer is it?",
  about: "Who it is about",
  search: "Another guest, by name or address",
  nobody: "No guest begins so.",
  proposed: "Proposed time",
  comment: "Your words to the guest, if you decline",
  stands: (answer: string) => `Now: ${answer}`,
  notInvited: "Not invited to this event",
  enter: "↵",
  known: "What is known",
  history: "Ruled before",
  verbs,
  hints: {
    guest: () => "",
    same_person: (other) => `From now on, answers from ${other || "this address"} count for the guest.`,
    add_guest: (other) => `${other || "They"} becomes a guest of this event, and the answer is theirs.`,
    count: () => "What spoke against it does not matter to you.",
    accept: () => "The event moves to the proposed time. Whom to tell is decided under Changes.",
    decline: () => "The guest is told by mail that the time stands.",
    invite: (_, delegate) => `${delegate || "They"} becomes a guest and is sent an invitation.`,
    yes: () => "Counted as the guest’s answer, with this message as its evidence.",
    maybe: () => "Counted as the guest’s answer, with this message as its evidence.",
    no: () => "Counted as the guest’s answer, with this message as its evidence.",
    dismiss: () => "It is left aside and changes nothing.",
  } as Record<DeskVerb, (other: string, delegate: string) => string>,
  done: (verb: DeskVerb, guest: string) => {
    switch (verb) {
      case "guest":
        return `Counted for ${guest}.`;
      case "same_person":
        return `Counted, and this address is known as ${guest || "the guest"} from now on.`;
      case "add_guest":
        return "Added as a guest, and counted.";
      case "count":
        return "Counted.";
      case "accept":
        return "The event is moved. Its guests are to be told under Changes.";
      case "decline":
        return "Declined. The mail is on its way.";
      case "invite":
        return "Invited. The mail is on its way.";
      case "yes":
        return "Counted as a Yes.";
      case "maybe":
        return "Counted as a Maybe.";
      case "no":
        return "Counted as a No.";
      case "dismiss":
        return "Left aside.";
    }
  },
  doneAll: (messages: number) => `Ruled on ${plural(messages, "message")}.`,
  followed: (messages: number) => `${plural(messages, "more message")} followed from it.`,
  undone: "It waits again.",
  leaverLabel: "Wants no more mail",
  leaver: (guest: string, entries: number) => `${guest} wants no more mail, and still has ${plural(entries, "entry", "entries")} to come.`,
  withdraw: (entries: number) => `Withdraw ${plural(entries, "entry", "entries")}`,
  withdrawn: (entries: number) => `${plural(entries, "entry", "entries")} withdrawn. The mail is on its way.`,
  leave: "Leave them",
  left: "Left to them.",
  ruled: ({ verb, guest, at, undone_at }: RulingView) => {
    const what = verb in verbs ? verbs[verb as DeskVerb] : verb === "meant" ? "Read as an answer" : "Followed from another ruling";
    return `${what}${guest ? ` (${guest})` : ""}, ${moment(at)}${undone_at ? `, taken back ${moment(undone_at)}` : ""}`;
  },
};
