import { expect, test, vi } from "vitest";

// The door to the engine looks for the window it stands in.
vi.mock("../src/ipc", async () => ({ ...(await import("../src/ipc/failed")), backend: {} }));

import { blankForm, draftOf } from "../src/features/guests/draft";
import { sameField } from "../src/features/guests/importing.svelte";
import { GuestRows } from "../src/features/guests/rows.svelte";
import { makeGuests } from "../src/ipc/fake/people";

const all = makeGuests(1_000);
const page = (from: number, limit: number) => Promise.resolve({ rows: all.slice(from, from + limit), total: all.length });

test("only the stretch that is looked at is fetched", async () => {
  const fetch = vi.fn(page);
  const rows = new GuestRows(fetch);
  rows.restart();
  await vi.waitFor(() => expect(rows.ready, "the first stretch is here").toBe(true));
  rows.need(790, 810);
  await vi.waitFor(() => expect(rows.at(805)?.id, "the stretch around row 800 is here").toBe(all[805]?.id));
  expect(fetch.mock.calls.map(([from]) => from), "what lies between was never asked for").toEqual([0, 600, 800]);
  expect(rows.at(300), "a row that nobody looked at is not there").toBeUndefined();
});

test("fewer guests than before lead back to the first", async () => {
  let total = 1_000;
  const rows = new GuestRows((from, limit) => Promise.resolve({ rows: all.slice(0, total).slice(from, from + limit), total }));
  rows.restart();
  rows.need(900, 920);
  await vi.waitFor(() => expect(rows.at(910), "the end is here").toBeDefined());
  total = 3;
  rows.restart();
  await vi.waitFor(() => expect(rows.at(0)?.id, "the rows that are left are shown").toBe(all[0]?.id));
  expect(rows.total, "and counted").toBe(3);
});

test("a field without a name or a value is not stored", () => {
  const draft = draftOf({ ...blankForm, address: " amara@example.org ", fields: [{ name: "seat", value: " A1 " }, { name: "", value: "lost" }, { name: "row", value: "" }] });
  expect(draft, "spaces around what was typed fall away too").toMatchObject({ address: "amara@example.org", fields: { seat: "A1" } });
});

test("one field takes one column, and any number is left out", () => {
  expect(sameField({ kind: "email" }, { kind: "email" }), "there is one address").toBe(true);
  expect(sameField({ kind: "own", name: "seat" }, { kind: "own", name: "row" }), "own fields differ by name").toBe(false);
  expect(sameField({ kind: "skip" }, { kind: "skip" }), "columns left out do not compete").toBe(false);
});
