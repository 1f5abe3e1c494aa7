import { expect, test } from "vitest";

import { readRule, writeRule } from "../src/features/events/repeats";

test.each(["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=WEEKLY;COUNT=10"])("%s comes back as it was", (rule) => {
  expect(writeRule(readRule(rule, "2027-03-13"), false, "America/Chicago"), "what the editor can say it says the same way").toBe(rule);
});

test("a weekly rule on the weekday of its start is the plain weekly one", () => {
  expect(readRule("FREQ=WEEKLY;BYDAY=SA", "2027-03-13").rhythm, "13 March 2027 is a Saturday").toBe("weekly");
});

test("a rule that says more than the editor can is kept untouched", () => {
  const rule = "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20280101T000000Z";
  const read = readRule(rule, "2027-03-09");
  expect(read.rhythm, "the second Tuesday is not in the list").toBe("custom");
  expect(writeRule(read, false, "America/Chicago"), "not a letter of it changes").toBe(rule);
});

test("the last day of a zoned series counts whole, in UTC", () => {
  const repeats = { rhythm: "weekly" as const, ending: { kind: "until" as const, day: "2027-06-05" }, rule: "" };
  expect(writeRule(repeats, false, "America/Chicago"), "23:59:59 in Chicago is 04:59:59 UTC on the next day in June").toBe("FREQ=WEEKLY;UNTIL=20270606T045959Z");
  expect(writeRule(repeats, true, ""), "whole days end with a date").toBe("FREQ=WEEKLY;UNTIL=20270605");
});

test("a single event has no rule", () => {
  expect(writeRule(readRule("", "2027-03-13"), false, ""), "none in, none out").toBe("");
});
