// The desk of the made-up world.
import type { CommandCalls } from "../backend";
import type { DeskGuest, DeskVerb, Proposal } from "../types";
import { found } from "./refuse";
import { changed, type World } from "./world";

type Calls = Pick<CommandCalls, "listDesk" | "showDeskItem" | "findDeskGuests" | "ruleDesk" | "undoRulings" | "listLeavers" | "settleLeaver">;

const verbs: Record<string, DeskVerb[]> = { m1: ["guest", "same_person", "add_guest", "dismiss"], m2: ["guest", "dismiss"], m3: ["count", "dismiss"], m6: ["accept", "decline", "dismiss"], m7: ["no", "yes", "maybe", "dismiss"] };

export function deskCalls(world: World): Calls {
  const guest = (index: number, reason: string): DeskGuest => {
    const { id = "", name = "", address = "" } = world.guests[index] ?? {};
    const { id: event = "", summary = "", start = "", start_zone = "", all_day = false } = world.events.find(({ invitations }) => invitations.invited > 0) ?? {};
    return { guest: id, name, address, event, summary, start, tzid: start_zone, all_day, invited: index % 5 !== 4, answer: index % 2 === 0 ? "" : "no", reason };
  };
  const put = (ids: string[], from: string, to: string): string[] => {
    const rows = world.receipts.filter((receipt) => ids.includes(receipt.id) && receipt.state === from);
    for (const row of rows) row.state = to;
    changed(world, "answers");
    return rows.map(({ id }) => id);
  };
  let leaves = world.guests.length > 0;
  return {
    listLeavers: async () => (leaves ? [{ receipt: "m9", name: guest(5, "").name, address: guest(5, "").address, at: new Date().toISOString(), entries: [guest(5, ""), guest(5, "")] }] : []),
    settleLeaver: async (receipt) => {
      leaves = false;
      changed(world, "answers");
      return { receipts: [receipt], counted: 0, campaigns: [] };
    },
    listDesk: async () => {
      const rows = world.receipts.filter((receipt) => receipt.state === "desk");
      return { rows, total: rows.length };
    },
    showDeskItem: async (id) => {
      const receipt = found(world.receipts.find((known) => known.id === id), "message", id);
      const guests = [guest(2, "It answers the invitation that was sent to this guest"), guest(7, "The same name"), guest(11, "An address that begins the same")];
      return {
        receipt,
        evidence: [`It carries the secret code of the invitation of ${guests[0]?.address ?? ""} to “${guests[0]?.summary ?? ""}”.`, `It was sent from ${receipt.from}.`, "Your mail server says nothing on whether the sender is real."],
        guests: ["m3", "m6", "m7"].includes(id) ? guests.slice(0, 1) : guests,
        rulings: verbs[id] ?? ["dismiss"],
        other: receipt.from,
        proposal: id === "m6" ? proposal(guests[0]) : null,
        delegate: "",
      };
    },
    findDeskGuests: async (_, search) => {
      const wanted = search.toLowerCase();
      const indexes = world.guests.flatMap(({ name, address }, index) => (`${name} ${address}`.toLowerCase().includes(wanted) ? [index] : []));
      return indexes.slice(0, 20).map((index) => guest(index, ""));
    },
    ruleDesk: async (ids, ruling) => {
      const receipts = put(ids, "desk", ruling.kind === "dismiss" ? "ignored" : "counted");
      return { receipts, counted: ruling.kind === "dismiss" ? 0 : receipts.length, campaigns: [] };
    },
    undoRulings: async (ids) => ({ receipts: [...put(ids, "counted", "desk"), ...put(ids, "ignored", "desk")], counted: 0, campaigns: [] }),
  };
}

/** Two hours later on the same day. */
function proposal(guest: DeskGuest | undefined): Proposal {
  const bare = (guest?.start ?? "2027-04-01T10:00:00").slice(0, 19);
  const later = (hours: number): string => new Date(Date.parse(`${bare}Z`) + hours * 3_600_000).toISOString().slice(0, 19);
  return { event: guest?.event ?? "", recurrence_id: "", old_start: bare, old_end: later(2), start: later(2), end: later(4), tzid: guest?.tzid ?? "", all_day: false };
}
