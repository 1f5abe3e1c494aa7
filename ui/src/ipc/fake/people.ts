// Made-up guests: names of many alphabets, so that the window is looked at with all of them.
import type { GuestListView, GuestView } from "../types";
import { pick, seeded } from "./random";

const first = ["Amara", "Ben", "Chloé", "Dmitri", "Elif", "Fatima", "Gustavo", "Hannah", "Ines", "Jonas", "Keiko", "Liam", "Mei", "Noor", "Olivia", "Priya", "Quentin", "Rosa", "Søren", "Tomasz", "Uma", "Viktor", "Wanjiru", "Xavier", "Yusuf", "Zoë"];
const last = ["Abbott", "Baptiste", "Castellanos", "Dlamini", "Eriksson", "Fitzgerald", "García", "Hoffmann", "Ibrahim", "Jankowski", "Kowalczyk", "Lindqvist", "Mahlangu", "Nakamura", "O’Brien", "Papadopoulos", "Quigley", "Rossi", "Schneider", "Tran", "Ueda", "Vasquez", "Williams", "Yılmaz", "Zhang"];
const rare = [["יעל", "כהן"], ["فاطمة", "الزهراء"], ["Wolfeschlegelsteinhausenbergerdorff", "Hubert Blaine of Upper Lower Lakeside"], ["李", "小龍"]] as const;
const domains = ["example.org", "mail.example", "club.example", "post.example.net"];
const zones = ["America/Chicago", "America/Chicago", "America/New_York", "Europe/London", "Europe/Berlin", ""];

export const lists: GuestListView[] = [
  { id: "1", name: "Season ticket holders", guests: 0 },
  { id: "2", name: "Members", guests: 0 },
  { id: "3", name: "Press", guests: 0 },
];

function ascii(text: string): string {
  return text.normalize("NFD").replace(/[^a-zA-Z]/g, "").toLowerCase();
}

export function makeGuests(total: number): GuestView[] {
  const random = seeded(7);
  return Array.from({ length: total }, (_, index) => {
    const odd = index % 397 === 5 ? pick(rare, random()) : null;
    const firstName = odd ? odd[0] : pick(first, random());
    const lastName = odd ? odd[1] : pick(last, random());
    const local = ascii(firstName + lastName).slice(0, 24) || `guest${index}`;
    const on = index % 90 === 0 ? ["3"] : index % 3 === 0 ? ["1", "2"] : index % 3 === 1 ? ["2"] : ["1"];
    const fate = random();
    return {
      id: String(index + 1),
      address: `${local}${index}@${pick(domains, random())}`,
      name: `${firstName} ${lastName}`,
      first_name: firstName,
      last_name: lastName,
      zone: pick(zones, random()),
      language: index % 11 === 0 ? "es" : "en",
      role: index % 40 === 0 ? "optional" : "required",
      fields: { seat: `${String.fromCharCode(65 + (index % 20))}${(index % 48) + 1}`, ...(index % 8 === 0 ? {} : { member: String(10_000 + index) }) },
      lists: on,
      last_answer: fate < 0.42 ? "yes" : fate < 0.53 ? "maybe" : fate < 0.68 ? "no" : "",
      suppressed: index % 160 === 9 ? "unsubscribed" : index % 240 === 11 ? "hard_bounce" : index % 900 === 13 ? "complaint" : index % 700 === 17 ? "by_hand" : "",
    };
  });
}
