import { describe, expect, test } from "vitest";

import { toInput } from "../src/features/calendar/chip";
import { blankForm, changesOf, draftOf, endsTooEarly, type Form, formOf, movedBy, moveStart, ontoFirst } from "../src/features/events/form";
import { occurrences } from "../src/ipc/fake/expand";
import { calendars as season, makeEvent, type Stored } from "../src/ipc/fake/season";

function form(part: Partial<Form> = {}): Form {
  return { ...blankForm("2027-03-13T13:00", "1"), summary: "Bears v Packers", ...part };
}

describe("an edit", () => {
  const game = makeEvent("1", "1", { summary: "Bears v Packers", start_local: "2027-03-13T13:00:00", end_local: "2027-03-13T16:00:00" });

  test("sends only what differs", () => {
    const before = formOf(game);
    expect(changesOf(before, { ...before, place: "Soldier Field" }), "a new place moves nothing").toEqual({ place: "Soldier Field" });
  });

  test("of the colour says that alone, also where it goes back to the calendar’s", () => {
    const before = formOf({ ...game, colour: "teal" });
    expect(changesOf(before, { ...before, colour: "red" }), "another colour").toEqual({ colour: "red" });
    expect(changesOf(before, { ...before, colour: "" }), "none of its own").toEqual({ colour: "" });
    expect(changesOf(before, { ...before, place: "Soldier Field" }), "untouched, it stays as its own calendar names it").toEqual({ place: "Soldier Field" });
  });

  test("of the time sends the whole of when", () => {
    const before = formOf(game);
    const changes = changesOf(before, { ...before, startTime: "15:30", endTime: "18:30" });
    expect(changes.start, "the new start").toBe("2027-03-13T15:30:00");
    expect(changes.tzid, "in the zone that it had").toBe("America/Chicago");
    expect(changes.summary, "the title stays unsaid").toBeUndefined();
  });

  test("shows a whole-day event to its last day and stores the day after", () => {
    const days = makeEvent("2", "1", { all_day: true, start_local: "2027-03-13", end_local: "2027-03-16" });
    const shown = formOf(days);
    expect(shown.endDay, "people count the last day").toBe("2027-03-15");
    expect(draftOf(shown).end, "iCalendar counts to the day after").toBe("2027-03-16");
  });
});

test("an event is drawn in its own colour, or else in its calendar’s", () => {
  const calendars = new Map(season().map((calendar) => [calendar.id, calendar] as const));
  const hueOf = (part: Partial<Stored>) => {
    const at = { start_local: "2027-03-13T13:00:00", end_local: "2027-03-13T16:00:00" };
    const [row] = occurrences([makeEvent("1", "1", { ...at, ...part })], "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z");
    return row && (toInput(row, calendars).extendedProps?.["hue"] as string);
  };
  expect(hueOf({}), "the Bears are indigo").toBe("indigo");
  expect(hueOf({ colour: "pink" }), "this one is pink").toBe("pink");
});

test("moving the start keeps the length, across midnight too", () => {
  const moved = moveStart(form({ startTime: "22:00", endTime: "23:30" }), "2027-03-14", "23:00");
  expect(moved, "an hour and a half later").toMatchObject({ startDay: "2027-03-14", startTime: "23:00", endDay: "2027-03-15", endTime: "00:30" });
});

test("a dragged event keeps its length and its own clock over a change of the hour", () => {
  const moved = movedBy(form({ startDay: "2027-03-13", startTime: "23:30", endDay: "2027-03-14", endTime: "01:00" }), { days: 7, minutes: 60 });
  expect(moved, "a week and an hour later, by the clock on its wall").toEqual({ startDay: "2027-03-21", startTime: "00:30", endDay: "2027-03-21", endTime: "02:00" });
});

test("an end in another zone is compared as an instant", () => {
  const flight = form({ startDay: "2027-03-13", startTime: "17:05", endDay: "2027-03-13", endTime: "17:00", zone: "Europe/London", endZone: "America/Chicago" });
  expect(endsTooEarly(flight), "17:00 in Chicago is after 17:05 in London").toBe(false);
  expect(endsTooEarly({ ...flight, endZone: "Europe/London" }), "in one zone it would be before").toBe(true);
});

test("a change of one date, meant for all, moves the first date by as much and leaves its day", () => {
  const first = form({ startDay: "2027-03-06", endDay: "2027-03-06", endTime: "16:00" });
  const third = form({ startDay: "2027-03-20", endDay: "2027-03-20", endTime: "16:00" });
  const later = ontoFirst(third, { ...third, startTime: "15:30", endTime: "19:00" }, first);
  expect(later, "the series still begins on the sixth, now at half past three and half an hour longer").toMatchObject({ startDay: "2027-03-06", startTime: "15:30", endDay: "2027-03-06", endTime: "19:00" });
});
