// What the editor holds, and the draft it becomes.
import { Temporal } from "temporal-polyfill";

import type { EventDetail, EventDraft } from "../../ipc/types";
import { systemZone } from "../../lib/dates";
import { type Colour, colourOf } from "../../lib/palette";
import { readRule, type Repeats, writeRule } from "./repeats";

export interface Form {
  calendar: string;
  summary: string;
  allDay: boolean;
  startDay: string;
  startTime: string;
  /** The last day of a whole-day event: inclusive, as people say it. */
  endDay: string;
  endTime: string;
  zone: string;
  endZone: string;
  repeats: Repeats;
  place: string;
  description: string;
  url: string;
  /** Empty for its calendar's. */
  colour: Colour | "";
}

/** An empty form at a day or at an hour of it; without an hour the next full hour from nine on. */
export function blankForm(at: string, calendar: string): Form {
  const day = at.slice(0, 10);
  const start = Temporal.PlainDateTime.from(at.length > 10 ? at : `${day}T12:00`);
  const end = start.add({ hours: 1 });
  const clock = (time: Temporal.PlainDateTime): string => time.toPlainTime().toString({ smallestUnit: "minute" });
  return {
    calendar,
    summary: "",
    allDay: false,
    startDay: day,
    startTime: clock(start),
    endDay: end.toPlainDate().toString(),
    endTime: clock(end),
    zone: systemZone,
    endZone: systemZone,
    repeats: readRule("", day),
    place: "",
    description: "",
    url: "",
    colour: "",
  };
}

/** The form of an event, or of one date of a series. */
export function formOf(detail: EventDetail): Form {
  const start = detail.start_local;
  const end = detail.end_local;
  const endDay = end.slice(0, 10);
  const zone = detail.start_zone;
  return {
    calendar: detail.calendar,
    summary: detail.summary,
    allDay: detail.all_day,
    startDay: start.slice(0, 10),
    startTime: start.slice(11, 16) || "12:00",
    endDay: detail.all_day ? Temporal.PlainDate.from(endDay).subtract({ days: 1 }).toString() : endDay,
    endTime: end.slice(11, 16) || "13:00",
    zone,
    endZone: detail.end_zone === "" ? zone : detail.end_zone,
    repeats: readRule(detail.rrule, start.slice(0, 10)),
    place: detail.place,
    description: detail.description,
    url: detail.url,
    colour: detail.colour === "" ? "" : colourOf(detail.colour),
  };
}

/** What was done to one date, done to the first of the series: moved by as much, and as long. */
export function ontoFirst(before: Form, after: Form, first: Form): Form {
  const at = (form: Form, edge: "start" | "end"): Temporal.PlainDateTime => Temporal.PlainDateTime.from(edge === "start" ? `${form.startDay}T${form.startTime}` : `${form.endDay}T${form.endTime}`);
  const start = at(first, "start").add(at(before, "start").until(at(after, "start")));
  const end = start.add(at(after, "start").until(at(after, "end")));
  const clock = (time: Temporal.PlainDateTime): string => time.toPlainTime().toString({ smallestUnit: "minute" });
  return { ...after, startDay: start.toPlainDate().toString(), startTime: clock(start), endDay: end.toPlainDate().toString(), endTime: clock(end) };
}

export function startOf(form: Form): string {
  return form.allDay ? form.startDay : `${form.startDay}T${form.startTime}:00`;
}

export function endOf(form: Form): string {
  return form.allDay ? Temporal.PlainDate.from(form.endDay).add({ days: 1 }).toString() : `${form.endDay}T${form.endTime}:00`;
}

/** True when the end lies before the start; ends in other zones are compared as instants. */
export function endsTooEarly(form: Form): boolean {
  if (form.allDay) return form.endDay < form.startDay;
  const instant = (local: string, zone: string): bigint => Temporal.PlainDateTime.from(local).toZonedDateTime(zone === "" ? systemZone : zone).epochNanoseconds;
  return instant(endOf(form), form.endZone) < instant(startOf(form), form.zone);
}

/** Keeps the length when the start moves. */
export function moveStart(form: Form, day: string, time: string): Partial<Form> {
  const before = Temporal.PlainDateTime.from(`${form.startDay}T${form.startTime}`);
  const after = Temporal.PlainDateTime.from(`${day}T${time}`);
  const end = Temporal.PlainDateTime.from(`${form.endDay}T${form.endTime}`).add(before.until(after));
  return { startDay: day, startTime: time, endDay: end.toPlainDate().toString(), endTime: end.toPlainTime().toString({ smallestUnit: "minute" }) };
}

/** The same length, so many days and minutes later on its own clock. */
export function movedBy(form: Form, { days, minutes }: { days: number; minutes: number }): Partial<Form> {
  const start = Temporal.PlainDateTime.from(`${form.startDay}T${form.startTime}`).add({ days, minutes });
  return moveStart(form, start.toPlainDate().toString(), start.toPlainTime().toString({ smallestUnit: "minute" }));
}

/** The whole of a new event. */
export function draftOf(form: Form): EventDraft {
  return {
    summary: form.summary.trim(),
    description: form.description,
    place: form.place.trim(),
    start: startOf(form),
    end: endOf(form),
    tzid: form.allDay ? null : form.zone,
    end_tzid: form.allDay || form.endZone === form.zone ? null : form.endZone,
    all_day: form.allDay,
    rrule: writeRule(form.repeats, form.allDay, form.zone),
    url: form.url.trim(),
    colour: form.colour,
  };
}

/** Only what differs: what is none stays as it is, so an edit of the title moves nothing. */
export function changesOf(before: Form, after: Form): EventDraft {
  const old = draftOf(before);
  const all = draftOf(after);
  const moved = old.start !== all.start || old.end !== all.end || old.tzid !== all.tzid || old.end_tzid !== all.end_tzid || old.all_day !== all.all_day;
  return {
    ...(old.summary === all.summary ? {} : { summary: all.summary }),
    ...(old.description === all.description ? {} : { description: all.description }),
    ...(old.place === all.place ? {} : { place: all.place }),
    ...(old.url === all.url ? {} : { url: all.url }),
    ...(old.colour === all.colour ? {} : { colour: all.colour }),
    ...(old.rrule === all.rrule ? {} : { rrule: all.rrule }),
    ...(moved ? { start: all.start, end: all.end, tzid: all.tzid, end_tzid: all.end_tzid, all_day: all.all_day } : {}),
  };
}
