import { expect, test } from "vitest";

import { blankForm, contentOf, isFilled, providedBy } from "../src/features/connected/form";
import { grouped } from "../src/features/connected/recent";
import { noteOf, standingOf } from "../src/features/connected/state";
import type { CalendarAccountView, MirrorView, RecentChange } from "../src/ipc/types";
import { eventWords } from "../src/messages/calendar";

const mirror = (part: Partial<MirrorView> = {}): MirrorView => ({ calendar: "1", name: "Bears", read_only: false, synced_at: "2027-03-02T09:14:00Z", changes: 0, state: "ok", problem: "", waiting: 0, troubled: [], ...part });
const account = (part: Partial<CalendarAccountView> = {}): CalendarAccountView => ({ id: "1", kind: "google", label: "Google", address: "", state: "ok", words: "", browser: true, mail: false, calendars: [mirror()], ...part });

test("an account says in one line when it was synced and what that brought", () => {
  const two = standingOf(account({ calendars: [mirror({ changes: 2 }), mirror({ changes: 1, synced_at: "2027-03-02T09:15:00Z" })] }));
  expect(two.text, "the changes of all its calendars").toMatch(/, 3 changes$/);
  expect(standingOf(account()).text, "also where there were none").toMatch(/, nothing new$/);
  expect(standingOf(account({ calendars: [] })).text, "before a calendar is chosen").toBe("No calendar is chosen yet");
  expect(standingOf(account({ calendars: [mirror({ synced_at: "" }), mirror()] })).text, "while one is read for the first time").toBe("Reading it for the first time");
  expect(standingOf(account({ state: "needs_login", words: "Sign in again: it ended." })), "trouble in the engine’s words").toEqual({ tone: "maybe", text: "Sign in again: it ended." });
  expect(standingOf(account({ state: "failed", words: "It is gone." })), "what needs somebody is red").toEqual({ tone: "no", text: "It is gone." });
  expect(standingOf(account({ state: "waiting", words: "It is tried again by itself." })), "waiting is not failing").toMatchObject({ tone: "none", text: "It is tried again by itself." });
});

test("a mirrored calendar has a note only where something is wrong", () => {
  expect(noteOf(mirror()), "all is well").toBe("");
  expect(noteOf(mirror({ problem: "It is gone." })), "the engine’s words").toBe("It is gone.");
  expect(noteOf(mirror({ troubled: [{ uid: "1", summary: "", problem: "No.", refused: true }] })), "how many are troubled").toBe("1 event could not be written there");
});

test("a provider brings its address and its name", () => {
  const blank = blankForm("caldav");
  expect(contentOf("caldav", { ...blank, user: "a@example.org", password: "p" }), "iCloud is proposed").toEqual({ kind: "caldav", label: "iCloud", url: "https://caldav.icloud.com", user: "a@example.org", password: "p" });
  const own = { ...blank, ...providedBy("own"), url: "https://dav.example.org/calendars/ana", user: "ana", password: "p" };
  expect(contentOf("caldav", own), "another server is named by its address").toMatchObject({ label: "dav.example.org" });
  expect(contentOf("feed", { ...blankForm("feed"), url: "webcal://league.example/all.ics?x=1" }), "so is a feed").toMatchObject({ label: "league.example" });
  expect(contentOf("google", { ...blankForm("google"), label: " Club ", clientId: "c", clientSecret: "s" }), "a name that was typed counts").toMatchObject({ label: "Club" });
});

test("a second account of a provider is offered a name of its own", () => {
  const taken = ["Google", "Google 2", "iCloud"];
  expect(blankForm("google", taken).label, "the first number that is free").toBe("Google 3");
  expect(contentOf("caldav", blankForm("caldav", taken)).label, "also where the name comes from the provider").toBe("iCloud 2");
  expect(blankForm("microsoft", taken).label, "the first of a kind needs no number").toBe("Outlook");
});

test("a form can be sent once it has what its way needs", () => {
  expect(isFilled("caldav", { ...blankForm("caldav"), user: "ana" }), "a password is missing").toBe(false);
  expect(isFilled("google", { ...blankForm("google"), clientId: "c" }), "the secret is missing").toBe(false);
  expect(isFilled("google", { ...blankForm("google"), serviceAccount: "{}" }), "a service account needs no client").toBe(true);
  expect(isFilled("microsoft", { ...blankForm("microsoft"), clientId: "c" }), "Microsoft wants no secret").toBe(true);
  expect(isFilled("feed", { ...blankForm("feed"), url: " " }), "a feed needs its address").toBe(false);
});

test("what one sync brought stands together, and what a person did alone", () => {
  const change = (event: string, record: string): RecentChange => ({ event, recurrence_id: "", uid: event, summary: event, start: "2027-03-14", tzid: "", all_day: true, import: record, version: { number: 1, at: "2027-03-02T09:14:00Z", source: "window", account: "", account_kind: "", words: "Moved", fields: [] } });
  const groups = grouped([change("a", "7"), change("b", "7"), change("c", ""), change("d", ""), change("e", "7")]);
  expect(groups.map(({ record, rows }) => `${record}:${rows.length}`), "neighbours only").toEqual(["7:2", ":1", ":1", "7:1"]);
});

test("a version says where it came from", () => {
  expect(eventWords.source({ source: "window", account: "", account_kind: "" }), "from here").toBe("In this window");
  expect(eventWords.source({ source: "account:3", account: "Google", account_kind: "google" }), "from an account").toBe("Google, on a phone or in the browser");
  expect(eventWords.source({ source: "account:3", account: "", account_kind: "" }), "from one that is forgotten").toBe("An account that is no longer connected");
});
