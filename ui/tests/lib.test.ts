import { describe, expect, test } from "vitest";

import { plural, share } from "../src/lib/numbers";
import { scaleOf, windowOf } from "../src/lib/virtual";
import { kindOf } from "../src/lib/files";
import { failures } from "../src/messages/failures";

test("numbers have their separators and their plurals", () => {
  expect(plural(1, "guest"), "one").toBe("1 guest");
  expect(plural(4812, "guest"), "many").toBe("4,812 guests");
  expect(share(0, 0), "a part of nothing").toBe("0%");
});

describe("a long list", () => {
  test("of 5,000 rows is as tall as its rows", () => {
    expect(scaleOf(5_000, 40, 600), "no scale is needed").toEqual({ physical: 200_000, factor: 1 });
  });

  test("of a million rows shows its last row at the end of the scroll", () => {
    const { physical, factor } = scaleOf(1_000_000, 40, 600);
    expect(physical, "no engine draws 40 million pixels").toBeLessThanOrEqual(8_000_000);
    const seen = windowOf((physical - 600) * factor, 1_000_000, 40, 600);
    expect(seen.to, "the last row is reached").toBe(1_000_000);
  });

  test("with no rows draws none", () => {
    expect(windowOf(0, 0, 40, 600), "nothing to draw").toEqual({ from: 0, to: 0, top: 0 });
  });
});

test.each([
  [["season.ics"], "calendar"],
  [["a.ICS", "b.ics"], "calendar"],
  [["guests.csv"], "guests"],
  [["guests.xlsx"], "guests"],
  [["a.csv", "b.csv"], "unknown"],
  [["season.ics", "guests.csv"], "unknown"],
  [["answer.eml", "more.EML"], "answers"],
  [["/home/ann/.mail/Inbox"], "answers"],
  [["answer.eml", "season.ics"], "unknown"],
  [["photo.png"], "unknown"],
] as const)("dropping %s is a matter for: %s", (paths, kind) => {
  expect(kindOf([...paths]), "by the endings").toBe(kind);
});

test("every failure has words and a next step", () => {
  for (const [code, words] of Object.entries(failures)) {
    expect(words.title.endsWith("!"), `${code} does not shout`).toBe(false);
    expect(words.title.length * words.meaning.length * words.next.label.length, `${code} is worded whole`).toBeGreaterThan(0);
  }
});
