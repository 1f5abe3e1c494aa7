// Dates as people say them. An instant is RFC 3339 with an offset; a whole day is `2027-03-14`; an empty zone is floating.
import { Temporal } from "temporal-polyfill";

import { locale } from "./locale";

export const systemZone: string = Temporal.Now.timeZoneId();

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let made = cache.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, options);
    cache.set(key, made);
  }
  return made;
}

export function isPlainDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

/** An instant in its own wall-clock: the offset that the text carries is dropped, so floating and zoned times read alike. */
function wall(text: string): Date {
  const bare = isPlainDate(text) ? `${text}T00:00:00` : text.replace(/(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/, "");
  return new Date(`${bare}Z`);
}

export interface When {
  start: string;
  end?: string;
  tzid?: string;
  all_day?: boolean;
}

/** "America/Chicago" → "Chicago time". The organizer's own zone and floating times need no word. */
export function zoneWords(tzid: string): string {
  if (tzid === "" || tzid === systemZone) return "";
  if (tzid === "UTC" || tzid === "Etc/UTC") return "UTC";
  return `${cityOf(tzid)} time`;
}

/** "America/Argentina/Buenos_Aires" → "Buenos Aires". */
export function cityOf(tzid: string): string {
  return (tzid.split("/").at(-1) ?? tzid).replaceAll("_", " ");
}

const dayOptions = (date: Date): Intl.DateTimeFormatOptions => ({
  timeZone: "UTC",
  weekday: "short",
  day: "numeric",
  month: "long",
  ...(date.getUTCFullYear() === Temporal.Now.plainDateISO().year ? {} : { year: "numeric" }),
});

/** "Sat 14 March"; with the year unless it is this one. */
export function day(text: string): string {
  const date = wall(text);
  return Number.isNaN(date.getTime()) ? text : spoken(formatter(dayOptions(date)).format(date));
}

/** Engines differ in a comma after the weekday; nobody says it. */
function spoken(words: string): string {
  return words.replaceAll(/(^|– ?)(\p{L}+), /gu, "$1$2 ");
}

/** "13:00". */
export function time(text: string): string {
  const date = wall(text);
  return Number.isNaN(date.getTime()) ? text : formatter({ timeZone: "UTC", hour: "numeric", minute: "2-digit" }).format(date);
}

/** An instant's hour where the organizer is: "13:00". */
export function clock(instant: Date): string {
  return formatter({ hour: "numeric", minute: "2-digit" }).format(instant);
}

/** The whole of when: "Sat 14 March, 13:00 – 16:00, Chicago time". The end of a whole-day event is exclusive. */
export function when(of: When): string {
  const start = wall(of.start);
  if (Number.isNaN(start.getTime())) return of.start;
  const end = of.end ? wall(of.end) : null;
  if (of.all_day) {
    const last = end ? new Date(end.getTime() - 86_400_000) : start;
    return last.getTime() <= start.getTime() ? day(of.start) : spoken(formatter(dayOptions(start)).formatRange(start, last));
  }
  const sameDay = end !== null && end.toISOString().slice(0, 10) === start.toISOString().slice(0, 10);
  const words = [
    sameDay || end === null
      ? `${day(of.start)}, ${end ? formatter({ timeZone: "UTC", hour: "numeric", minute: "2-digit" }).formatRange(start, end) : time(of.start)}`
      : `${day(of.start)}, ${time(of.start)} – ${day(of.end ?? "")}, ${time(of.end ?? "")}`,
  ];
  const zone = zoneWords(of.tzid ?? "");
  if (zone) words.push(zone);
  return words.join(", ");
}

/** An instant in the organizer's zone: "2 March, 09:14". */
export function moment(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const thisYear = date.getFullYear() === new Date().getFullYear();
  return formatter({ day: "numeric", month: "long", hour: "numeric", minute: "2-digit", ...(thisYear ? {} : { year: "numeric" }) }).format(date);
}

/** Seconds as a rough span: "3 min", "2 h 10 min", "under a minute". */
export function span(seconds: number): string {
  if (seconds < 60) return "under a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** The hour of an instant where the organizer is, when its own zone differs: "20:00 for you"; empty otherwise. */
export function hereToo(instant: string, tzid: string): string {
  if (tzid === "" || tzid === systemZone || isPlainDate(instant)) return "";
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return "";
  const here = formatter({ weekday: "short", hour: "numeric", minute: "2-digit" }).format(date);
  const there = formatter({ weekday: "short", hour: "numeric", minute: "2-digit", timeZone: "UTC" }).format(wall(instant));
  return here === there ? "" : here;
}

/** The day of a moment where the organizer is: `2027-03-14`. */
export function plainDate(moment: Date): string {
  return Temporal.PlainDate.from({ year: moment.getFullYear(), month: moment.getMonth() + 1, day: moment.getDate() }).toString();
}

export function today(): Temporal.PlainDate {
  return Temporal.Now.plainDateISO();
}

/** "March 2027". */
export function monthOf(date: Temporal.PlainDate): string {
  return formatter({ timeZone: "UTC", month: "long", year: "numeric" }).format(wall(date.toString()));
}

/** The names of the seven days from `first` (1 Monday … 7 Sunday). */
export function weekdays(first: number, width: "short" | "long" | "narrow" = "short"): string[] {
  const monday = Temporal.PlainDate.from("2027-03-01");
  return Array.from({ length: 7 }, (_, index) =>
    formatter({ timeZone: "UTC", weekday: width }).format(wall(monday.add({ days: (first - 1 + index) % 7 }).toString())),
  );
}

/** The first day of the week where the organizer is: 1 Monday … 7 Sunday. */
export function firstWeekday(): number {
  const region = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } };
  return region.getWeekInfo?.().firstDay ?? region.weekInfo?.firstDay ?? 1;
}
