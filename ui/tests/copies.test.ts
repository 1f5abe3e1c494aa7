import { expect, test } from "vitest";

import { asked, filled } from "../src/features/copies/form";

test("words are parted at commas, and empty ones are none", () => {
  const form = asked("8", { ...filled(null, "1"), words: " hall ,, pool," });
  expect(form.words, "as a person types them").toEqual(["hall", "pool"]);
  expect([form.source, form.target, form.gone], "between the two calendars, cautiously").toEqual(["8", "1", "cancel"]);
});

test("a rule that is there stands in the form as it is", () => {
  const form = asked("8", { ...filled(null, "1"), words: "hall, pool", zone: "Europe/Berlin", colour: "red", gone: "keep" });
  const known = { id: "3", form, source_name: "Feed", target_name: "Team", copies: 2, twins: 0, followed_at: "", problem: "" };
  expect(asked("8", filled(known, "9")), "nothing is lost on the way").toEqual(form);
});
