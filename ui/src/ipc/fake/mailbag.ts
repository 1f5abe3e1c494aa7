// Made-up messages that came back: answers that count, and what waits at the desk.
import type { GuestView, ReceiptView } from "../types";

export function receipts(guests: GuestView[]): ReceiptView[] {
  const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  const blank = { matched_by: "", answer: "", comment: "", raw: "", let_go: false, rulings: [] };
  const rows: ReceiptView[] = [
    { ...blank, id: "m1", kind: "reply", state: "desk", reason: "rosa.private@mail.example answered the invitation of rosa.garcia@club.example", from: "rosa.private@mail.example", subject: "Accepted: Bears v Packers", at: at(12), answer: "yes", text: "Rosa García has accepted this invitation." },
    { ...blank, id: "m2", kind: "reply", state: "desk", reason: "It answers an event that was not sent from here", from: guests[17]?.address ?? "guest@mail.example", subject: "Re: You are invited", at: at(55), answer: "no", text: "So sorry, we are at a wedding that weekend.\n\nSave us a beer!" },
    { ...blank, id: "m3", kind: "reply", state: "desk", reason: "mx.club.example could not confirm the sender (DMARC failed): it may be forged", from: guests[31]?.address ?? "guest@mail.example", subject: "Accepted: Bears v Harbour Lions", at: at(190), answer: "yes", comment: "See you there.", text: "See you there." },
    { ...blank, id: "m6", kind: "counter", state: "desk", reason: "The guest proposes another time", from: guests[31]?.address ?? "guest@mail.example", subject: "New time proposed: Bears v Packers", at: at(230), answer: "maybe", comment: "Could we start at 16:00?", text: "Could we start at 16:00?" },
    { ...blank, id: "m7", kind: "other", state: "desk", reason: "The guest wrote in their own words", from: guests[5]?.address ?? "guest@mail.example", subject: "Re: Bears v Packers", at: at(310), text: "Hi,\n\nsorry, we can’t make it on Sunday.\n\nHave a good game!" },
    { ...blank, id: "m4", kind: "bounce", state: "counted", reason: "", from: "mailer-daemon@post.example.net", subject: "Undelivered Mail Returned to Sender", at: at(400), text: "550 5.1.1 The mailbox does not exist." },
    { ...blank, id: "m5", kind: "reply", state: "counted", reason: "", matched_by: "token", from: guests[3]?.address ?? "guest@mail.example", subject: "Accepted: Bears v Packers", at: at(420), answer: "yes", text: "" },
  ];
  return rows.map((row) => ({ ...row, raw: `From: ${row.from}\nSubject: ${row.subject}\n\n${row.text}` }));
}
