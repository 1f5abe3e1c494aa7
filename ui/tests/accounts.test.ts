import { expect, test } from "vitest";

import { blankAccount, contentOf, formOf, senderForm } from "../src/features/accounts/form";
import type { AccountContent } from "../src/ipc/types";

const accounts: AccountContent[] = [
  { role: "sender", form: { kind: "smtp", label: "Office", from: "office@bears.example", name: "Chicago Bears", host: "smtp.fastmail.com", port: 465, tls: "implicit", user: "office", login: "xoauth2", password: "", limits: { per_second: 0.5, per_minute: 20, per_hour: 100, per_day: 500, batch: 50, batch_gap_seconds: 600 }, connections: 7 } },
  { role: "sender", form: { kind: "ses", label: "Club mail", from: "tickets@bears.example", name: "", region: "eu-west-1", access_key: "", secret_key: "", endpoint: "", limits: { per_second: null, per_minute: null, per_hour: null, per_day: null, batch: null, batch_gap_seconds: null } } },
  { role: "inbox", form: { kind: "imap", label: "Answers", address: "tickets@bears.example", host: "imap.bears.example", port: 143, tls: "starttls", user: "tickets", login: "password", password: "", folders: ["Réponses", "Cup/2027"], handled: "Rollcall", authserv_id: "mx.bears.example" } },
  { role: "inbox", form: { kind: "maildir", label: "Folder", address: "tickets@bears.example", path: "/var/mail/tickets", authserv_id: "" } },
];

test.each(accounts)("an account goes through its form unchanged ($form.kind)", (account) => {
  expect(contentOf(account.role, formOf(account)), "what was not touched stays").toEqual(account);
});

test("a known server shows its provider", () => {
  expect(accounts.map((account) => formOf(account).provider), "Fastmail is known by its server").toEqual(["fastmail", "own", "own", "own"]);
});

test("what is no number goes to the engine as one that it refuses", () => {
  const form = senderForm({ ...blankAccount("sender"), limits: { ...blankAccount("sender").limits, per_second: "fast", per_hour: "1.5", batch: "" }, connections: "2.5", port: "smtp" });
  expect(form, "the engine's sentence says what it may be").toMatchObject({ limits: { per_second: 0, per_hour: 0, batch: null }, connections: 0, port: 0 });
});
