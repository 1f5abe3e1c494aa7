import { expect, test } from "vitest";

import { addressesOf, placesOf, standingOf } from "../src/features/bymail/form";
import { byMailCalls, commandLog, mailCommands } from "../src/ipc/fake/bymail";
import { makeWorld } from "../src/ipc/fake/world";
import { answerWords } from "../src/messages/bymail";

const command = { id: "c1", address: "create@club.example", inbox: "Answers", calendar: "Season", sender: "Club", allowed: ["ann@club.example"], trusts_silence: false, problem: "" };

test("addresses may be typed one a line, or as people write them", () => {
  expect(addressesOf(" ann@club.example\nbob@club.example, eve@club.example;\n\n"), "each is one").toEqual(["ann@club.example", "bob@club.example", "eve@club.example"]);
});

test("an address says what is in its way, then what came last, then that nothing came", () => {
  const last = commandLog()[3];
  expect(standingOf({ ...command, problem: "Its inbox was removed." }, last), "the problem first").toEqual({ tone: "no", text: "Its inbox was removed." });
  expect(standingOf(command, last), "what could not be done").toMatchObject({ tone: "no", text: expect.stringContaining("Not done: Invitation: Team photo") as string });
  expect(standingOf(command, undefined).text, "nothing yet").toBe("Nothing came yet");
});

test("every answer is spoken of, and what was refused says why nobody was told", () => {
  expect(answerWords("due", "The server is busy.", "created"), "it waits").toContain("The server is busy.");
  expect(answerWords("none", "", "refused"), "a stranger learns nothing").toContain("stranger");
  expect(answerWords("none", "", "unchanged"), "there is nothing to say").toBe("");
});

test("real inboxes and senders can be chosen, and calendars that can be written", () => {
  const world = makeWorld("full");
  const places = placesOf(world.accounts, world.calendars);
  expect(places.ready, "there is one of each").toBe(true);
  expect(places.inboxes.map(({ label }) => label), "practice takes no real mail").toEqual(["Answers", "Outlook"]);
  expect(placesOf([], world.calendars).ready, "without accounts there is nothing to choose").toBe(false);
});

test("an address that was removed can be brought back", async () => {
  const world = makeWorld("full");
  const calls = byMailCalls(world);
  const form = await calls.showMailCommand(mailCommands()[0]?.address ?? "");
  await calls.removeMailCommand(form.address);
  expect(world.mailCommands, "it is gone").toHaveLength(1);
  await calls.addMailCommand(form);
  expect(await calls.listMailCommands(), "and back").toHaveLength(2);
});
