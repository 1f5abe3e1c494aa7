// An import of guests on its way: where they come from, where columns go, and what it would do.
import { backend, failureOf } from "../../ipc";
import type { ColumnField, Failure, GuestPreview, GuestSource } from "../../ipc/types";

export type Reading = { kind: "idle" } | { kind: "reading" } | { kind: "ready"; preview: GuestPreview } | { kind: "failed"; failure: Failure };

export class GuestReading {
  now: Reading = $state.raw({ kind: "idle" });
  /** What is wrong with the columns as they were chosen last. */
  problem = $state("");
  /** The counts are worked out again. */
  counting = $state(false);
  #source: GuestSource | null = null;
  #turn = 0;

  get preview(): GuestPreview | null {
    return this.now.kind === "ready" ? this.now.preview : null;
  }

  /** The text that was pasted last. */
  get text(): string {
    return this.#source?.kind === "text" ? this.#source.text : "";
  }

  async look(source: GuestSource): Promise<void> {
    this.#source = source;
    const turn = ++this.#turn;
    this.problem = "";
    this.now = { kind: "reading" };
    try {
      const preview = await backend.previewGuests(source);
      if (turn === this.#turn) this.now = { kind: "ready", preview };
    } catch (thrown) {
      if (turn === this.#turn) this.now = { kind: "failed", failure: failureOf(thrown) };
    }
  }

  /** Reads the file again; pasted text goes back to where it was typed. */
  async again(): Promise<void> {
    if (this.#source?.kind === "file") await this.look(this.#source);
    else this.clear();
  }

  /** Sends a column somewhere else. What can be only one column leaves the one that had it. */
  async aim(index: number, field: ColumnField): Promise<void> {
    const columns = this.preview?.columns ?? [];
    const fields = columns.map((column): ColumnField => (column.index === index ? field : sameField(column.field, field) ? { kind: "skip" } : column.field));
    await this.#change((id) => backend.remapGuests(id, fields));
  }

  /** Takes what was probably meant on these lines. */
  async correct(lines: number[]): Promise<void> {
    await this.#change((id) => backend.correctGuests(id, lines));
  }

  clear(): void {
    this.#turn++;
    this.now = { kind: "idle" };
  }

  async #change(ask: (preview: string) => Promise<GuestPreview>): Promise<void> {
    const preview = this.preview;
    if (!preview) return;
    const turn = ++this.#turn;
    this.counting = true;
    try {
      const next = await ask(preview.id);
      if (turn !== this.#turn) return;
      this.now = { kind: "ready", preview: next };
      this.problem = "";
    } catch (thrown) {
      if (turn === this.#turn) this.problem = failureOf(thrown).message;
    } finally {
      if (turn === this.#turn) this.counting = false;
    }
  }
}

/** Two columns that cannot both be it. */
export function sameField(one: ColumnField, other: ColumnField): boolean {
  if (one.kind === "skip") return false;
  if (one.kind === "own") return other.kind === "own" && one.name === other.name;
  return one.kind === other.kind;
}

/** How many guests will be on the list. */
export const usable = (preview: GuestPreview): number => preview.new + preview.updated + preview.unchanged;
