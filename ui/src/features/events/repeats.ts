// Simple recurrence rules: what the editor can say, and how it is said in RFC 5545. Every other rule is kept as it is.
import { Temporal } from "temporal-polyfill";

export const rhythms = ["never", "daily", "weekly", "fortnightly", "monthly", "yearly", "custom"] as const;
export type Rhythm = (typeof rhythms)[number];

export type Ending = { kind: "forever" } | { kind: "until"; day: string } | { kind: "times"; times: number };

export interface Repeats {
  rhythm: Rhythm;
  ending: Ending;
  /** The rule itself, for `custom`. */
  rule: string;
}

const letters = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const starts: Record<Exclude<Rhythm, "never" | "custom">, string> = {
  daily: "FREQ=DAILY",
  weekly: "FREQ=WEEKLY",
  fortnightly: "FREQ=WEEKLY;INTERVAL=2",
  monthly: "FREQ=MONTHLY",
  yearly: "FREQ=YEARLY",
};

function endingOf(parts: Map<string, string>): Ending {
  const until = parts.get("UNTIL");
  const times = Number(parts.get("COUNT") ?? "0");
  if (until) return { kind: "until", day: `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}` };
  return times > 0 ? { kind: "times", times } : { kind: "forever" };
}

/** Reads a rule; one that says more than the editor can is `custom`. `start` is the first day, `2027-03-14`. */
export function readRule(rule: string, start: string): Repeats {
  if (rule === "") return { rhythm: "never", ending: { kind: "forever" }, rule };
  const parts = new Map(rule.toUpperCase().split(";").map((part) => part.split("=", 2) as [string, string]));
  const ending = endingOf(parts);
  const weekday = letters[Temporal.PlainDate.from(start).dayOfWeek - 1];
  const rest = [...parts].filter(([name, value]) => !["UNTIL", "COUNT", "WKST"].includes(name) && !(name === "INTERVAL" && value === "1") && !(name === "BYDAY" && value === weekday && parts.get("FREQ") === "WEEKLY"));
  const plain = rest.map(([name, value]) => `${name}=${value}`).sort().join(";");
  const rhythm = rhythms.find((known) => known !== "never" && known !== "custom" && starts[known].split(";").sort().join(";") === plain);
  return rhythm ? { rhythm, ending, rule } : { rhythm: "custom", ending, rule };
}

/** Writes the rule. The last day counts whole: UNTIL is in UTC for a zoned start, a date for whole days (RFC 5545 §3.3.10). */
export function writeRule({ rhythm, ending, rule }: Repeats, allDay: boolean, zone: string): string {
  if (rhythm === "never") return "";
  if (rhythm === "custom") return rule;
  switch (ending.kind) {
    case "forever":
      return starts[rhythm];
    case "times":
      return `${starts[rhythm]};COUNT=${ending.times}`;
    case "until":
      return `${starts[rhythm]};UNTIL=${lastMoment(ending.day, allDay, zone)}`;
  }
}

function lastMoment(day: string, allDay: boolean, zone: string): string {
  const date = Temporal.PlainDate.from(day);
  if (allDay) return date.toString().replaceAll("-", "");
  const end = date.toPlainDateTime({ hour: 23, minute: 59, second: 59 });
  if (zone === "") return end.toString({ smallestUnit: "second" }).replaceAll(/[-:]/g, "");
  return end.toZonedDateTime(zone).toInstant().toString({ smallestUnit: "second" }).replaceAll(/[-:]/g, "");
}
