import { expect, test } from "vitest";

import { occurrences } from "../src/ipc/fake/expand";
import { makeEvent } from "../src/ipc/fake/season";
import { appCalls } from "../src/ipc/fake/app";
import { makeWorld } from "../src/ipc/fake/world";

test("the made-up world keeps nine o'clock at nine across the change to summer time", () => {
  const training = makeEvent("1", "1", { start_local: "2027-03-09T09:00:00", end_local: "2027-03-09T10:00:00", rrule: "FREQ=WEEKLY;COUNT=2" });
  const starts = occurrences([training], "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z").map((row) => row.start);
  expect(starts, "Chicago changes on 14 March 2027").toEqual(["2027-03-09T09:00:00-06:00", "2027-03-16T09:00:00-05:00"]);
});

test("practice starts with a season, 250 guests and a draft, and nothing sent", async () => {
  const overview = await appCalls(makeWorld("empty")).startRehearsal();
  expect(overview, "what the first door promises").toMatchObject({ rehearsal: true, events: 17, guests: 250, campaigns: 1, invitations: 0 });
});
