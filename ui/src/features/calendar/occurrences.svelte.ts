// The occurrences around what is seen: a range is asked for with a week on either side, kept, and forgotten when events change.
import { backend, happened } from "../../ipc";
import type { OccurrenceView } from "../../ipc/types";

const week = 7 * 86_400_000;
const kept = 8;

interface Stretch {
  from: number;
  to: number;
  rows: Promise<OccurrenceView[]>;
}

class Occurrences {
  #stretches: Stretch[] = [];
  /** Grows when what was kept is no longer true. */
  generation = $state(0);

  constructor() {
    happened.onChange(["events", "calendars", "answers", "campaigns"], () => this.forget());
  }

  forget(): void {
    this.#stretches = [];
    this.generation++;
  }

  /** Every occurrence that touches the range. */
  async between(from: Date, to: Date): Promise<OccurrenceView[]> {
    const begin = from.getTime();
    const end = to.getTime();
    const rows = await this.#stretch(begin, end);
    return rows.filter((row) => edge(row.end) > begin && edge(row.start) < end);
  }

  #stretch(begin: number, end: number): Promise<OccurrenceView[]> {
    const known = this.#stretches.find((stretch) => stretch.from <= begin && stretch.to >= end);
    if (known) return known.rows;
    const from = begin - week;
    const to = end + week;
    const rows = backend.listOccurrences(new Date(from).toISOString(), new Date(to).toISOString());
    const made = { from, to, rows };
    this.#stretches = [made, ...this.#stretches].slice(0, kept);
    rows.catch(() => (this.#stretches = this.#stretches.filter((stretch) => stretch !== made)));
    return rows;
  }
}

/** A whole day begins at midnight where the organizer is. */
function edge(text: string): number {
  return (text.length === 10 ? new Date(`${text}T00:00:00`) : new Date(text)).getTime();
}

export const occurrences = new Occurrences();
