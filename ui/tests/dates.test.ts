import { describe, expect, test } from "vitest";

import { formatTime, parseTime } from "../src/lib/clock";
import { hereToo, isPlainDate, span, when, zoneWords } from "../src/lib/dates";

describe("when", () => {
  test("an hour of a day stands with its own zone, not the organizer's", () => {
    expect(when({ start: "2031-03-15T13:00:00Z", end: "2031-03-15T16:00:00Z", tzid: "Europe/London" }), "London's wall clock, named because it is not here").toBe("Sat 15 March 2031, 13:00–16:00, London time");
  });

  test("the organizer's own zone is not named", () => {
    expect(when({ start: "2031-03-15T13:00:00-05:00", end: "2031-03-15T16:00:00-05:00", tzid: "America/Chicago" }), "it goes without saying").toBe("Sat 15 March 2031, 13:00–16:00");
  });

  test("one whole day is one day although its end is exclusive", () => {
    expect(when({ start: "2031-03-15", end: "2031-03-16", all_day: true }), "RFC 5545: DTEND of a date is the day after").toBe("Sat 15 March 2031");
  });

  test("several whole days are a range to the last of them", () => {
    expect(when({ start: "2031-03-15", end: "2031-03-18", all_day: true }), "three days").toMatch(/15.*17 March 2031/);
  });

  test("an event that ends on another day names both", () => {
    expect(when({ start: "2031-03-15T23:00:00-05:00", end: "2031-03-16T01:00:00-05:00", tzid: "America/Chicago" }), "the end has its day").toMatch(/^Sat 15 March 2031, 23:00 – Sun 16 March 2031, 0?1:00$/);
  });

  test("what is no date is shown as it came", () => {
    expect(when({ start: "soon" }), "rather than Invalid Date").toBe("soon");
  });
});

test("an hour elsewhere is also given where the organizer is", () => {
  expect(hereToo("2031-03-15T13:00:00+00:00", "Europe/London"), "Chicago is five hours behind after its spring change").toMatch(/^Sat 0?8:00$/);
  expect(hereToo("2031-03-15T13:00:00-05:00", "America/Chicago"), "the same zone needs no second hour").toBe("");
});

test("zones are named by their city", () => {
  expect(zoneWords("America/Argentina/Buenos_Aires"), "the last part, with blanks").toBe("Buenos Aires time");
  expect(zoneWords(""), "a floating time has no zone").toBe("");
});

test("spans are rough", () => {
  expect(span(20), "below a minute nobody counts").toBe("under a minute");
  expect(span(192), "minutes are whole").toBe("3 min");
  expect(span(7800), "hours keep their minutes").toBe("2 h 10 min");
});

test("a plain date is told from an instant", () => {
  expect(isPlainDate("2031-03-15"), "a date").toBe(true);
  expect(isPlainDate("2031-03-15T10:00:00Z"), "an instant").toBe(false);
});

test.each([
  ["1530", "15:30"],
  ["15.30", "15:30"],
  ["3:30 pm", "15:30"],
  ["3p", "15:00"],
  ["12 am", "00:00"],
  ["9", "09:00"],
])("%s is understood as a time", (typed, clock) => {
  expect(parseTime(typed), "as a person means it").toBe(clock);
});

test.each(["", "25:00", "13 pm", "noon", "10:75"])("“%s” is no time", (typed) => {
  expect(parseTime(typed), "nothing is guessed").toBeNull();
});

test("a time is written as it is written here", () => {
  expect(formatTime("15:30"), "24 hours in Britain").toBe("15:30");
});
