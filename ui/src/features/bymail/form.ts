// An address that takes invitations as its form has it.
import type { AccountView, CalendarView, CommandForm, CommandLogView, CommandView } from "../../ipc/types";
import { moment } from "../../lib/dates";
import type { Tone } from "../../lib/tone";
import { byMailWords as words, outcomeTone } from "../../messages/bymail";

interface Choice {
  value: string;
  label: string;
  detail?: string;
}

/** Where mail can arrive, events go and confirmations leave from. */
export interface Places {
  inboxes: Choice[];
  calendars: Choice[];
  senders: Choice[];
  /** There is one of each. */
  ready: boolean;
}

export function placesOf(accounts: AccountView[], calendars: CalendarView[]): Places {
  const of = (role: AccountView["role"]): Choice[] =>
    accounts.filter((account) => account.role === role && !account.rehearsal).map(({ id, label, address }) => (label === address ? { value: id, label } : { value: id, label, detail: address }));
  const inboxes = of("inbox");
  const senders = of("sender");
  const own = calendars.filter(({ role }) => role !== "reader").map(({ id, name }) => ({ value: id, label: name }));
  return { inboxes, senders, calendars: own, ready: inboxes.length > 0 && senders.length > 0 && own.length > 0 };
}

export function blankForm({ inboxes, calendars, senders }: Places): CommandForm {
  const first = (choices: Choice[]): string => choices[0]?.value ?? "";
  return { address: "", inbox: first(inboxes), calendar: first(calendars), sender: first(senders), allowed: [], trusts_silence: false };
}

/** Addresses as they are typed, one a line or parted by commas. */
export function addressesOf(text: string): string[] {
  return text
    .split(/[\s,;]+/)
    .map((address) => address.trim())
    .filter((address) => address !== "");
}

/** How an address stands: what is in its way, or what came last. */
export function standingOf({ problem }: CommandView, last: CommandLogView | undefined): { tone: Tone; text: string } {
  if (problem !== "") return { tone: "no", text: problem };
  if (!last) return { tone: "none", text: words.nothingCame };
  return { tone: outcomeTone(last.outcome), text: words.last(words.outcomes[last.outcome] ?? last.outcome, last.subject || words.noSubject, moment(last.at)) };
}
