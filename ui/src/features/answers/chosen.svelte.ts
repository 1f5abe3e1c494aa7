// Which guests of a board are chosen: one by one, or everyone whom the filter shows, however many.
import { SvelteMap } from "svelte/reactivity";

import type { BoardChoice, GuestAnswer } from "../../ipc/types";

export class ChosenGuests {
  #named = new SvelteMap<string, GuestAnswer>();
  #filter: string | null = $state(null);

  /** Everyone shown is chosen, and not each by name. */
  get all(): boolean {
    return this.#filter !== null;
  }

  count(shown: number): number {
    return this.all ? shown : this.#named.size;
  }

  has = ({ guest }: GuestAnswer): boolean => this.all || this.#named.has(guest);

  /** Out of everyone, none can be taken: a click begins a choice of its own. */
  toggle(row: GuestAnswer): void {
    if (this.all) this.clear();
    if (!this.#named.delete(row.guest)) this.#named.set(row.guest, row);
  }

  chooseAll(filter: string): void {
    this.clear();
    this.#filter = filter;
  }

  clear(): void {
    this.#named.clear();
    this.#filter = null;
  }

  /** Those chosen one by one. */
  named(): string[] {
    return [...this.#named.keys()];
  }

  /** As the engine wants it. */
  choice(): BoardChoice {
    return { filter: this.#filter ?? "", guests: [...this.#named.keys()] };
  }
}
