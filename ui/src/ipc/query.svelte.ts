// A value read from the engine and read again when rows of its kinds change.
import { failureOf } from "./failed";
import { happened } from "./happened.svelte";
import type { Changed, Failure } from "./types";

export type Reading<T> = { kind: "waiting" } | { kind: "ready"; value: T } | { kind: "failed"; failure: Failure };

export class Query<T> {
  reading: Reading<T> = $state.raw({ kind: "waiting" });
  #read: () => Promise<T>;
  #turn = 0;
  #awaited = 0;
  #behind = false;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** The value, or null while there is none. */
  get value(): T | null {
    return this.reading.kind === "ready" ? this.reading.value : null;
  }

  /** Reads again, at once; what is shown stays until the answer is there, and a late answer to an earlier question is dropped. */
  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    this.#awaited++;
    try {
      const value = await this.#read();
      if (turn === this.#turn) this.reading = { kind: "ready", value };
    } catch (thrown) {
      if (turn === this.#turn) this.reading = { kind: "failed", failure: failureOf(thrown) };
    }
    this.#awaited--;
    if (this.#behind && this.#awaited === 0) {
      this.#behind = false;
      await this.refresh();
    }
  }

  /** Reads again because something happened. Events come faster than a screen can be read: while one answer is awaited, they make one more reading. */
  follow(): void {
    if (this.#awaited > 0) this.#behind = true;
    else void this.refresh();
  }

  /** Puts a value that a command just gave back, without asking again. */
  set(value: T): void {
    this.#turn++;
    this.reading = { kind: "ready", value };
  }
}

/**
 * A query for the life of the component that makes it. It reads at once, whenever something reactive that `read` touches
 * before its first `await` changes, and whenever rows of `kinds` change.
 */
export function query<T>(read: () => Promise<T>, kinds: Changed[] = []): Query<T> {
  const made = new Query(read);
  $effect(() => {
    void made.refresh();
    return kinds.length === 0 ? undefined : happened.onChange(kinds, () => made.follow());
  });
  return made;
}
