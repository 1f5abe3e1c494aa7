// Two made-up seasons around today, and what a venue has beside them.
import { Temporal } from "temporal-polyfill";

import type { CalendarView, EventDetail } from "../types";
import { pick, seeded } from "./random";

/** An event as the fake keeps it; what the window sees is made from it. */
export interface Stored extends EventDetail {
  deleted: boolean;
  skipped: string[];
}

const chicago = "America/Chicago";
const opponents = ["Packers", "Harbour Lions", "Vikings of Oak Park", "Riverside Rams", "Northfield Foxes", "St Brendan’s", "Old Mill Wanderers", "Elmhurst Eagles", "Prairie Colts", "Lakeview Giants", "South Shore Saints", "Maple Grove Jets", "Fort Dearborn Cardinals", "Rockford Falcons", "Joliet Titans", "Evanston Bills", "Quad City Chiefs"];

export function calendars(): CalendarView[] {
  const blank = { zone: chicago, role: "owner" as const, hidden: false, standing_order: false, events: 0, first_day: "", last_day: "" };
  return [
    { ...blank, id: "1", name: "Lakeside Bears", colour: "indigo" },
    { ...blank, id: "2", name: "Northfield Foxes", colour: "orange" },
    { ...blank, id: "3", name: "Venue and training", colour: "teal", role: "reader" },
    { ...blank, id: "4", name: "Arizona away games", colour: "red" },
    { ...blank, id: "5", name: "Board and sponsors", colour: "green" },
    { ...blank, id: "6", name: "Coaches", colour: "amber" },
    { ...blank, id: "7", name: "Clubhouse", colour: "pink" },
    { ...blank, id: "10", name: "Referees", colour: "blue" },
    { ...blank, id: "9", name: "Family", colour: "violet" },
    { ...blank, id: "11", name: "Hall bookings", colour: "amber" },
    { ...blank, id: "8", name: "League fixtures", colour: "grey", role: "reader" },
  ];
}

export function instant(local: string, zone: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(local)) return local;
  return Temporal.PlainDateTime.from(local).toZonedDateTime(zone === "" ? Temporal.Now.timeZoneId() : zone).toString({ timeZoneName: "never" });
}

export function makeEvent(id: string, calendar: string, part: Partial<Stored> & { start_local: string; end_local: string }): Stored {
  const zone = part.start_zone ?? chicago;
  return {
    id,
    calendar,
    uid: `${id}@practice.example`,
    summary: "",
    description: "",
    place: "",
    start: instant(part.start_local, zone),
    end: instant(part.end_local, part.end_zone ?? zone),
    start_zone: zone,
    end_zone: part.end_zone ?? zone,
    all_day: false,
    rrule: "",
    repeats: "",
    status: "confirmed",
    visibility: "public",
    transparency: "opaque",
    url: "",
    video_link: "",
    categories: [],
    colour: "",
    attendees: [],
    attachments: [],
    alarms: 0,
    read_only: "",
    versions: [{ number: 1, at: Temporal.Now.instant().subtract({ hours: 24 * 40 }).toString(), source: "import", account: "", account_kind: "", words: "Imported", fields: [] }],
    invitations: { invited: 0, yes: 0, maybe: 0, no: 0, none: 0, outdated: 0 },
    deleted: false,
    skipped: [],
    ...part,
  };
}

function season(calendar: string, name: string, venue: string, weekday: number, from: number, hour: number): Stored[] {
  const random = seeded(from + 90);
  const today = Temporal.Now.plainDateISO();
  const base = today.subtract({ days: today.dayOfWeek - weekday });
  return opponents.map((opponent, index) => {
    const date = base.add({ weeks: index - from });
    const home = index % 2 === 0;
    const start = date.toPlainDateTime({ hour: hour + Math.floor(random() * 3), minute: pick([0, 0, 30], random()) });
    const invited = index < from + 4 ? 812 + Math.floor(random() * 90) : 0;
    const yes = Math.floor(invited * (0.42 + random() * 0.25));
    const maybe = Math.floor(invited * 0.11);
    const no = Math.floor(invited * (0.08 + random() * 0.08));
    return makeEvent(`${calendar}${String(index + 1).padStart(2, "0")}`, calendar, {
      summary: home ? `${name} v ${opponent}` : `${opponent} v ${name}`,
      place: home ? venue : `${opponent} ground`,
      description: home ? "Gates open an hour before kick-off. Bring your season card; practice parking is free in lot C." : "The coach leaves the clubhouse two and a half hours before kick-off.",
      start_local: start.toString({ smallestUnit: "second" }),
      end_local: start.add({ hours: 3 }).toString({ smallestUnit: "second" }),
      status: index === from + 6 ? "cancelled" : index === from + 7 ? "tentative" : "confirmed",
      invitations: { invited, yes, maybe, no, none: invited - yes - maybe - no, outdated: index === from + 1 ? 37 : 0 },
    });
  });
}

/** A game that was moved here, given another place in Google, and moved once more. */
function pastOf(clock: string): Stored["versions"] {
  const hours = (count: number): string => Temporal.Now.instant().subtract({ hours: count }).toString();
  const google = { source: "account:1", account: "Google", account_kind: "google" };
  const here = { source: "window", account: "", account_kind: "" };
  const change = (name: string, old: string, now: string) => ({ name, old, new: now, significant: true });
  return [
    { number: 4, at: hours(3), ...google, words: "Moved", fields: [change("start", "Sat, 13:00", `Sat, ${clock}`)] },
    { number: 3, at: hours(30), ...google, words: "Place changed, description changed", fields: [change("place", "Soldier Field", "Old Mill ground"), change("description", "", "The coach leaves the clubhouse two and a half hours before kick-off.")] },
    { number: 2, at: hours(52), ...here, words: "Moved", fields: [change("start", "Sat, 11:30", "Sat, 13:00")] },
  ];
}

/** What a booking machine does to an event: it writes it again and again. */
function written(times: number): Stored["versions"] {
  const now = Temporal.Now.instant();
  return Array.from({ length: times }, (_, index) => {
    const number = times - index;
    const at = now.subtract({ minutes: 47 * (index + 1) }).toString();
    const fields = number === 1 ? [] : [{ name: "description", old: `Seats sold: ${number * 3 - 3}`, new: `Seats sold: ${number * 3}`, significant: false }];
    return { number, at, source: "account:1", account: "Google", account_kind: "google", words: number === 1 ? "Created" : "Description changed", fields };
  });
}

export function events(): Stored[] {
  const today = Temporal.Now.plainDateISO();
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  const bears = season("1", "Bears", "Soldier Field", 6, 6, 12);
  const moved = bears[7];
  if (moved) moved.versions = [...pastOf(moved.start_local.slice(11, 16)), ...moved.versions];
  const readOnly = "This calendar belongs to the venue. Changes have to be made there.";
  const extra = (id: string, part: Partial<Stored> & { start_local: string; end_local: string }): Stored => makeEvent(id, "3", { read_only: readOnly, ...part });
  const at = (days: number, clock: string): string => `${monday.add({ days }).toString()}T${clock}:00`;
  return [
    ...bears,
    ...season("2", "Foxes", "Northfield Park", 7, 9, 14),
    extra("301", { summary: "Training", place: "Field 2", start_local: at(-7 * 20 + 1, "18:30"), end_local: at(-7 * 20 + 1, "20:00"), rrule: "FREQ=WEEKLY;BYDAY=TU", repeats: "Every Tuesday" }),
    extra("302", { summary: "Committee", colour: "amber", place: "Clubhouse, upstairs", start_local: at(-7 * 8 + 3, "19:30"), end_local: at(-7 * 8 + 3, "21:00"), rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", repeats: "Every second Thursday", video_link: "https://meet.example/committee" }),
    extra("303", { summary: "Ground closed for reseeding", all_day: true, start_local: monday.add({ days: 8 }).toString(), end_local: monday.add({ days: 11 }).toString() }),
    extra("304", { summary: "An evening with the founders of the club, their families, and everyone who ever kept goal", place: "Grand ballroom", start_local: at(11, "19:00"), end_local: at(11, "23:30") }),
    extra("305", { summary: "", start_local: at(9, "09:00"), end_local: at(9, "09:45") }),
    makeEvent("401", "4", { summary: "Bears at Cardinals", place: "State Farm Stadium, west entrance", start_local: at(5, "13:00"), end_local: at(5, "16:00"), versions: [...pastOf("13:00")] }),
    makeEvent("402", "4", { summary: "Coach trip to Phoenix", colour: "violet", start_local: at(3, "07:00"), end_local: at(3, "18:00") }),
    makeEvent("403", "4", { summary: "Team dinner", place: "Downtown", start_local: at(4, "19:30"), end_local: at(4, "22:00"), deleted: true, versions: [{ number: 2, at: Temporal.Now.instant().subtract({ hours: 5 }).toString(), source: "account:1", account: "Google", account_kind: "google", words: "Deleted", fields: [] }] }),
    makeEvent("502", "5", { summary: "Box office", description: "Seats sold: 3000", start_local: at(6, "10:00"), end_local: at(6, "11:00"), versions: written(1_000) }),
    makeEvent("501", "5", { summary: "Board meeting", start_local: at(2, "18:00"), end_local: at(2, "19:30") }),
    makeEvent("701", "7", { summary: "Clubhouse cleaning", start_local: at(1, "10:00"), end_local: at(1, "12:00") }),
    extra("306", { summary: "Flight to the away game in London", start_local: at(16, "17:05"), end_local: at(17, "07:10"), end_zone: "Europe/London", place: "ORD → LHR" }),
  ];
}
