// Rows that come page by page, each page naming the next: read in order, as far as someone has looked.
import { untrack } from "svelte";

import { failureOf } from "./failed";
import type { Failure } from "./types";

interface Page<Row> {
  rows: Row[];
  total: number;
  next: string;
}

export class Pages<Row> {
  rows: Row[] = $state.raw([]);
  total = $state(0);
  failure: Failure | null = $state.raw(null);
  /** The first page is here. */
  ready = $state(false);
  #fetch: (cursor: string) => Promise<Page<Row>>;
  #next: string | null = "";
  #wanted = 0;
  #turn = 0;
  #busy = false;
  #behind = false;

  constructor(fetch: (cursor: string) => Promise<Page<Row>>) {
    this.#fetch = fetch;
  }

  /** Reads on until the row at `index` is here. */
  need(index: number): void {
    this.#wanted = Math.max(this.#wanted, index);
    // An effect that asks for rows must not run again because they came.
    untrack(() => void this.#read());
  }

  /** Begins anew because something happened; while a page is awaited, once after it. */
  follow(): void {
    if (this.#busy) this.#behind = true;
    else this.restart();
  }

  /** Begins anew; what is shown stays until the first page is here. */
  restart(): void {
    this.#turn++;
    this.#next = "";
    this.#busy = false;
    untrack(() => {
      this.#wanted = Math.min(this.#wanted, Math.max(0, this.rows.length - 1));
      void this.#read();
    });
  }

  async #read(): Promise<void> {
    const turn = this.#turn;
    while (!this.#busy && this.#next !== null && (this.#next === "" || this.rows.length <= this.#wanted)) {
      const cursor = this.#next;
      this.#busy = true;
      try {
        const page = await this.#fetch(cursor);
        if (turn !== this.#turn) return;
        this.rows = cursor === "" ? page.rows : [...this.rows, ...page.rows];
        this.total = page.total;
        this.#next = page.next === "" ? null : page.next;
        this.ready = true;
        this.failure = null;
      } catch (thrown) {
        if (turn === this.#turn) {
          this.failure = failureOf(thrown);
          this.#next = null;
        }
      } finally {
        if (turn === this.#turn) this.#busy = false;
      }
    }
    if (this.#behind && turn === this.#turn && !this.#busy) {
      this.#behind = false;
      this.restart();
    }
  }
}
