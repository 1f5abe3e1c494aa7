// How an occurrence is drawn in the grid: its time, its title, what became of it, and how many said yes.
import type { EventInput } from "fullcalendar";

import type { CalendarView, OccurrenceView } from "../../ipc/types";
import { clock, time as timeOf, when, zoneWords } from "../../lib/dates";
import { colourOf } from "../../lib/palette";
import { share } from "../../lib/numbers";
import { calendarWords as words } from "../../messages/calendar";

export function keyOf(id: string, recurrenceId: string): string {
  return `${id}|${recurrenceId}`;
}

export function toInput(row: OccurrenceView, calendars: Map<string, CalendarView>): EventInput {
  return {
    id: keyOf(row.id, row.recurrence_id),
    title: row.summary === "" ? words.untitled : row.summary,
    start: row.start,
    end: row.end,
    allDay: row.all_day,
    interactive: true,
    startEditable: calendars.get(row.calendar)?.role !== "reader",
    extendedProps: { occurrence: row, hue: colourOf(row.colour || (calendars.get(row.calendar)?.colour ?? "")) },
  };
}

interface Drawn {
  event: { title: string; allDay: boolean; end: Date | null; extendedProps: Record<string, unknown> };
  timeText: string;
  isEnd: boolean;
  view: { type: string };
}

function part(className: string, text: string): HTMLElement {
  const node = document.createElement("span");
  node.className = className;
  node.textContent = text;
  return node;
}

/** A night's second day says until when; a day in the middle is filled. */
function hoursOf({ event, timeText, isEnd }: Drawn): string {
  if (timeText !== "") return timeText;
  return !event.allDay && isEnd && event.end ? words.until(clock(event.end)) : words.allDay;
}

/** Its hours on its own clock, which is not always the organizer's. */
const ownHours = (row: OccurrenceView): string => (row.all_day || zoneWords(row.tzid) === "" ? "" : `${timeOf(row.start)} ${zoneWords(row.tzid)}`);

/** What there is no room for: the whole title, and when it is where it happens. */
export const tipOf = (row: OccurrenceView): string => [row.summary, when(row)].filter((words) => words !== "").join("\n");

export function contentOf(drawn: Drawn): { domNodes: Node[] } {
  const { event, timeText, view } = drawn;
  const row = event.extendedProps["occurrence"] as OccurrenceView | undefined;
  const agenda = view.type.startsWith("list");
  const month = view.type.startsWith("dayGrid");
  const hours = agenda ? hoursOf(drawn) : timeText;
  const time = hours === "" ? [] : [part("chip-time", hours)];
  const title = part("chip-title", event.title);
  title.dir = "auto";
  const nodes: Node[] = agenda ? [...time, title] : [title, ...time];
  if (row?.status === "cancelled" || row?.status === "tentative") nodes.push(part(agenda ? "chip-state" : "visually-hidden", words[row.status]));
  if (row && agenda && ownHours(row) !== "") nodes.push(part("chip-place", ownHours(row)));
  if (row && agenda && row.place !== "") nodes.push(part("chip-place", row.place));
  if (row && row.invited > 0 && !month) {
    const bar = part("chip-yes", agenda ? words.yes(row.yes, row.invited) : share(row.yes, row.invited));
    bar.title = words.yes(row.yes, row.invited);
    nodes.push(bar);
  }
  return { domNodes: nodes };
}

export function classOf(event: Pick<Drawn["event"], "title" | "extendedProps">, selected: string, id: string): string {
  const row = event.extendedProps["occurrence"] as OccurrenceView | undefined;
  return [`hue-${String(event.extendedProps["hue"])}`, row?.status === "cancelled" ? "is-cancelled" : "", row?.status === "tentative" ? "is-tentative" : "", id === selected ? "is-selected" : ""].join(" ");
}
