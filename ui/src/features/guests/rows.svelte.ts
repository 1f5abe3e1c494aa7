// Guests by their place in the table: only the stretches that someone looks at are fetched and kept.
import { untrack } from "svelte";

import { failureOf } from "../../ipc";
import type { Failure, GuestPage, GuestView } from "../../ipc/types";

const stretch = 200;
/** Stretches that are kept; the farthest is let go. */
const most = 40;

export class GuestRows {
  total = $state(0);
  /** The first stretch is here. */
  ready = $state(false);
  failure: Failure | null = $state.raw(null);
  #stretches: ReadonlyMap<number, GuestView[]> = $state.raw(new Map());
  #fetch: (from: number, limit: number) => Promise<GuestPage>;
  #from = 0;
  #to = 1;
  #turn = 0;
  #busy = false;
  /** What is shown answers an earlier question. */
  #stale = false;

  constructor(fetch: (from: number, limit: number) => Promise<GuestPage>) {
    this.#fetch = fetch;
  }

  at(index: number): GuestView | undefined {
    return this.#stretches.get(Math.floor(index / stretch))?.[index % stretch];
  }

  /** Fetches what is missing between two places. Places that are scrolled past meanwhile are never asked for. */
  need(from: number, to: number): void {
    this.#from = from;
    this.#to = Math.max(to, from + 1);
    // An effect that asks for rows must not run again because they came.
    untrack(() => void this.#read());
  }

  /** Asks anew; what is shown stays until the first answer is here. */
  restart(): void {
    this.#turn++;
    this.#busy = false;
    this.#stale = true;
    untrack(() => void this.#read());
  }

  #missing(): number | null {
    for (let wanted = Math.floor(this.#from / stretch); wanted * stretch < this.#to; wanted++) {
      if (this.#stale || !this.#stretches.has(wanted)) return wanted;
    }
    return null;
  }

  async #read(): Promise<void> {
    const turn = this.#turn;
    for (let wanted = this.#missing(); wanted !== null && !this.#busy; wanted = this.#missing()) {
      this.#busy = true;
      try {
        const page = await this.#fetch(wanted * stretch, stretch);
        if (turn !== this.#turn) return;
        this.#keep(wanted, page);
      } catch (thrown) {
        if (turn === this.#turn) this.failure = failureOf(thrown);
        return;
      } finally {
        if (turn === this.#turn) this.#busy = false;
      }
    }
  }

  #keep(place: number, page: GuestPage): void {
    const kept = new Map(this.#stale ? [] : this.#stretches);
    kept.set(place, page.rows);
    if (kept.size > most) {
      const farthest = [...kept.keys()].sort((a, b) => Math.abs(b - place) - Math.abs(a - place))[0];
      if (farthest !== undefined) kept.delete(farthest);
    }
    this.#stretches = kept;
    this.#stale = false;
    this.total = page.total;
    // Fewer guests than before: the place that was looked at may be gone.
    if (this.#from >= page.total) [this.#from, this.#to] = [0, 1];
    this.ready = true;
    this.failure = null;
  }
}
