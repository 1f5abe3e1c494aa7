// Occurrences of the fake's events: single events and plain daily, weekly, monthly and yearly series.
import { Temporal } from "temporal-polyfill";

import type { OccurrenceView } from "../types";
import { instant, type Stored } from "./season";

const letters = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

function starts(event: Stored, until: Temporal.PlainDateTime): Temporal.PlainDateTime[] {
  const first = Temporal.PlainDateTime.from(event.start_local);
  if (event.rrule === "") return [first];
  const rule = new Map(event.rrule.split(";").map((part) => part.split("=", 2) as [string, string]));
  const interval = Number(rule.get("INTERVAL") ?? 1);
  const most = Number(rule.get("COUNT") ?? 2000);
  const last = rule.get("UNTIL")?.slice(0, 8) ?? "99991231";
  const days = rule.get("BYDAY")?.split(",").map((day) => letters.indexOf(day.slice(-2)) + 1) ?? [first.dayOfWeek];
  const found: Temporal.PlainDateTime[] = [];
  for (let step = 0; found.length < most && step < 2000; step++) {
    const jump = step * interval;
    let candidates: Temporal.PlainDateTime[];
    switch (rule.get("FREQ")) {
      case "DAILY":
        candidates = [first.add({ days: jump })];
        break;
      case "MONTHLY":
        candidates = [first.add({ months: jump })];
        break;
      case "YEARLY":
        candidates = [first.add({ years: jump })];
        break;
      default: {
        const week = first.add({ weeks: jump }).subtract({ days: first.dayOfWeek - 1 });
        candidates = days.map((day) => week.add({ days: day - 1 }));
      }
    }
    for (const candidate of candidates) {
      if (Temporal.PlainDateTime.compare(candidate, until) >= 0 || candidate.toString().slice(0, 10).replaceAll("-", "") > last) return found;
      if (Temporal.PlainDateTime.compare(candidate, first) >= 0 && found.length < most) found.push(candidate);
    }
  }
  return found;
}

export function occurrences(events: Stored[], from: string, to: string): OccurrenceView[] {
  const begin = Date.parse(from);
  const end = Date.parse(to);
  const until = Temporal.PlainDateTime.from(new Date(end + 2 * 86_400_000).toISOString().slice(0, 19));
  return events.flatMap((event) => {
    const first = Temporal.PlainDateTime.from(event.start_local);
    const length = first.until(Temporal.PlainDateTime.from(event.end_local));
    return starts(event, until).flatMap((start) => {
      const bare = event.all_day ? start.toPlainDate().toString() : start.toString({ smallestUnit: "second" });
      const id = event.rrule === "" ? "" : bare.replaceAll(/[-:]/g, "");
      const stop = start.add(length);
      const view = {
        id: event.id,
        calendar: event.calendar,
        uid: event.uid,
        recurrence_id: id,
        summary: event.summary,
        place: event.place,
        start: instant(bare, event.start_zone),
        end: event.all_day ? stop.toPlainDate().toString() : event.rrule === "" ? event.end : instant(stop.toString({ smallestUnit: "second" }), event.end_zone),
        tzid: event.all_day ? "" : event.start_zone,
        all_day: event.all_day,
        recurring: event.rrule !== "",
        status: event.status,
        colour: event.colour,
        invited: event.invitations.invited,
        yes: event.invitations.yes,
      };
      const inside = Date.parse(view.end) > begin && Date.parse(view.start) < end;
      return inside && !event.skipped.includes(id || "-") ? [view] : [];
    });
  });
}
