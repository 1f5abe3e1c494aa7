// What is being imported: where it comes from, what it would do, and where it goes.
import { backend, failureOf } from "../../ipc";
import type { CalendarView, Failure, ImportPreview, ImportResult, ImportTarget } from "../../ipc/types";

export type Source = { kind: "files"; paths: string[] } | { kind: "text"; text: string };

export type Reading = { kind: "idle" } | { kind: "reading" } | { kind: "ready"; preview: ImportPreview } | { kind: "failed"; failure: Failure };

/** A calendar that exists by its id, or a new one by its name. */
export type Destination = { kind: "existing"; id: string } | { kind: "named"; name: string };

export class ImportReading {
  now: Reading = $state.raw({ kind: "idle" });
  destination: Destination | null = $state.raw(null);
  shift = $state(0);
  cancelMissing = $state(false);
  #source: Source | null = null;
  #pasted = "";
  #turn = 0;

  /** Looks at a source; without a destination the engine suggests a name. */
  async look(source: Source, calendars: CalendarView[]): Promise<void> {
    this.#source = source;
    this.destination = null;
    this.shift = 0;
    this.cancelMissing = false;
    this.now = { kind: "reading" };
    const preview = await this.#read();
    if (!preview) return;
    const name = preview.suggested_name;
    const same = calendars.find((calendar) => calendar.name === name);
    this.destination = same ? { kind: "existing", id: same.id } : { kind: "named", name };
  }

  async aim(destination: Destination): Promise<void> {
    this.destination = destination;
    await this.#read();
  }

  async shiftBy(weeks: number): Promise<void> {
    this.shift = weeks;
    await this.#read();
  }

  /** Reads the files again; pasted text goes back to where it was typed. */
  async again(): Promise<void> {
    if (this.#source?.kind === "files") await this.#read();
    else this.clear();
  }

  /** The text that was pasted last. */
  get text(): string {
    return this.#source?.kind === "text" ? this.#source.text : this.#pasted;
  }

  async apply(): Promise<ImportResult | null> {
    if (this.now.kind !== "ready" || !this.destination) return null;
    return backend.applyImport(this.now.preview.id, this.destination, this.cancelMissing);
  }

  clear(): void {
    this.#turn++;
    this.#pasted = this.text;
    this.#source = null;
    this.now = { kind: "idle" };
  }

  async #read(): Promise<ImportPreview | null> {
    const source = this.#source;
    if (!source) return null;
    const turn = ++this.#turn;
    const target: ImportTarget | null = this.destination;
    try {
      const preview = source.kind === "files" ? await backend.previewImport(source.paths, target, this.shift) : await backend.previewPasted(source.text, target, this.shift);
      if (turn !== this.#turn) return null;
      this.now = { kind: "ready", preview };
      return preview;
    } catch (thrown) {
      if (turn === this.#turn) this.now = { kind: "failed", failure: failureOf(thrown) };
      return null;
    }
  }
}
