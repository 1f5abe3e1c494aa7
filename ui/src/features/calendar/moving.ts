// Moving an event in the grid: dragged by hand, or nudged with Alt and an arrow.
import type { EventDropInfo } from "fullcalendar";

import type { OccurrenceView } from "../../ipc/types";

/** What a hand or a key asks for. */
export interface Moved {
  occurrence: OccurrenceView;
  days: number;
  minutes: number;
  /** Puts it back where it was drawn. */
  back: () => void;
}

const minute = 60_000;
const nudges: Record<string, Pick<Moved, "days" | "minutes">> = {
  ArrowLeft: { days: -1, minutes: 0 },
  ArrowRight: { days: 1, minutes: 0 },
  ArrowUp: { days: -7, minutes: 0 },
  ArrowDown: { days: 7, minutes: 0 },
};
const shorter: typeof nudges = { ArrowUp: { days: 0, minutes: -30 }, ArrowDown: { days: 0, minutes: 30 } };

export function draggedBy({ event, delta, revert }: EventDropInfo): Moved {
  const { days, milliseconds } = delta;
  return { occurrence: event.extendedProps["occurrence"] as OccurrenceView, days, minutes: milliseconds / minute, back: revert };
}

/** How far a key moves the event that has the focus: by days and weeks, and by half hours where hours are drawn. */
export function nudgedBy(event: KeyboardEvent, { hours, wholeDay }: { hours: boolean; wholeDay: boolean }): Pick<Moved, "days" | "minutes"> | null {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  if (!hours) return nudges[event.key] ?? null;
  return wholeDay ? (event.key in shorter ? null : (nudges[event.key] ?? null)) : (shorter[event.key] ?? nudges[event.key] ?? null);
}
