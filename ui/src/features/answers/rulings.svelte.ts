// The organizer's rulings on messages of the desk, and the way back from the last of them.
import { SvelteSet } from "svelte/reactivity";

import { attempt, backend } from "../../ipc";
import type { DeskGuest, DeskItem, DeskRuling, DeskVerb } from "../../ipc/types";
import { toasts } from "../../lib/toasts.svelte";
import { desk as words } from "../../messages/desk";

/** The key of each ruling; that of a guest is a number, or Enter. */
export const keyOfVerb: Record<DeskVerb, string> = { guest: "1", same_person: "s", add_guest: "a", count: "c", accept: "m", decline: "d", invite: "i", yes: "1", maybe: "2", no: "3", dismiss: "n" };

/** What can be ruled on many messages at once: whatever needs no choice for each. */
export const bulkVerbs: DeskVerb[] = ["same_person", "count", "dismiss"];

export function verbOfKey(key: string): DeskVerb | null {
  return (Object.keys(keyOfVerb) as DeskVerb[]).find((verb) => verb !== "guest" && keyOfVerb[verb] === key.toLowerCase()) ?? null;
}

export class Rulings {
  readonly chosen = new SvelteSet<string>();
  busy = $state(false);
  /** What the last ruling settled. */
  last: string[] = $state.raw([]);
  readonly #done: () => Promise<unknown>;

  constructor(done: () => Promise<unknown>) {
    this.#done = done;
  }

  toggle(id: string): void {
    if (!this.chosen.delete(id)) this.chosen.add(id);
  }

  async rule(item: DeskItem, verb: DeskVerb, guest: DeskGuest | null, comment: string): Promise<boolean> {
    const ruling = of(verb, guest, comment);
    if (!ruling) return false;
    return this.#send([item.receipt.id], ruling, words.done(verb, guest?.name || (guest?.address ?? "")));
  }

  async ruleAll(ids: string[], verb: DeskVerb): Promise<boolean> {
    const ruling = of(verb, null, "");
    if (!ruling) return false;
    return this.#send(ids, ruling, words.doneAll(ids.length));
  }

  /** Takes the last ruling back. */
  async undo(): Promise<void> {
    const ids = this.last;
    if (ids.length === 0 || this.busy) return;
    this.last = [];
    const undone = await attempt(() => this.#undo(ids));
    if (undone) toasts.done(words.undone);
  }

  async #send(ids: string[], ruling: DeskRuling, text: string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    const ruled = await attempt(() => backend.ruleDesk(ids, ruling));
    this.busy = false;
    if (!ruled) return false;
    const settled = ruled.value.receipts;
    for (const id of settled) this.chosen.delete(id);
    // What followed from a ruling is taken back with it. A mail is not.
    const isFinal = ruling.kind === "decline" || ruling.kind === "invite";
    this.last = isFinal ? [] : ids;
    const more = settled.length - ids.length;
    toasts.done(more > 0 ? `${text} ${words.followed(more)}` : text, isFinal ? null : () => this.#undo(ids));
    await this.#done();
    return true;
  }

  async #undo(ids: string[]): Promise<void> {
    if (this.last === ids) this.last = [];
    await backend.undoRulings(ids);
    await this.#done();
  }
}

function of(verb: DeskVerb, guest: DeskGuest | null, comment: string): DeskRuling | null {
  if (verb === "decline") return { kind: verb, comment };
  if (verb !== "guest") return { kind: verb };
  return guest ? { kind: "guest", guest: guest.guest, event: guest.event } : null;
}
