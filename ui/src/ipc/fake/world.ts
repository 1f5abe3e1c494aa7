// The state of the made-up world, and the ways in which it can be started: `?world=empty|full|huge|failing|slow|locked`.
import type { AccountView, CalendarAccountView, CalendarView, CampaignDetail, Changed, ClashView, CommandLogView, EngineEvent, GuestListView, GuestView, ReceiptView, RemoteCalendarView, RuleView, TwinView } from "../types";
import { commandLog, mailCommands, type StoredCommand } from "./bymail";
import { copyRules, twins } from "./copies";
import { calendarAccounts, clashes, remoteCalendars } from "./connected";
import { receipts } from "./mailbag";
import { accounts, campaigns } from "./mailings";
import { lists, makeGuests } from "./people";
import { calendars, events, makeEvent, type Stored } from "./season";

export type WorldKind = "empty" | "full" | "huge" | "failing" | "slow" | "locked";

export interface World {
  kind: WorldKind;
  rehearsal: boolean;
  /** Passwords wait for their passphrase. */
  locked: boolean;
  calendars: (CalendarView & { deleted: boolean })[];
  events: Stored[];
  guests: GuestView[];
  deletedGuests: GuestView[];
  lists: (GuestListView & { deleted: boolean })[];
  accounts: AccountView[];
  calendarAccounts: CalendarAccountView[];
  /** What each of them has, by its id. */
  remotes: Record<string, RemoteCalendarView[]>;
  clashes: ClashView[];
  copyRules: RuleView[];
  twins: TwinView[];
  mailCommands: StoredCommand[];
  commandLog: CommandLogView[];
  campaigns: CampaignDetail[];
  receipts: ReceiptView[];
  settings: Map<string, string>;
  newAnswers: number;
  heard: Set<(event: EngineEvent) => void>;
  nextId: number;
}

export function makeWorld(kind: WorldKind): World {
  const empty = kind === "empty" || kind === "failing";
  const guests = empty ? [] : makeGuests(kind === "huge" ? 100_000 : 5_000);
  return {
    kind,
    rehearsal: false,
    locked: kind === "locked",
    calendars: empty ? [] : calendars().map((calendar) => ({ ...calendar, deleted: false })),
    events: empty ? [] : kind === "huge" ? [...events(), ...crowd()] : events(),
    guests,
    deletedGuests: [],
    lists: empty ? [] : lists.map((list) => ({ ...list, deleted: false })),
    accounts: empty ? [] : accounts(),
    calendarAccounts: empty ? [] : calendarAccounts(),
    remotes: empty ? {} : remoteCalendars(),
    clashes: empty ? [] : clashes(),
    copyRules: empty ? [] : copyRules(),
    twins: empty ? [] : twins(),
    mailCommands: empty ? [] : mailCommands(),
    commandLog: empty ? [] : commandLog(),
    campaigns: empty ? [] : campaigns(),
    receipts: empty ? [] : receipts(guests),
    settings: new Map(empty ? [] : [["first_run", "done"]]),
    newAnswers: empty ? 0 : 12,
    heard: new Set(),
    nextId: 900_000,
  };
}

/** Fills a world with the practice season, its guests and its draft. */
export function fillForPractice(world: World): void {
  const practice = calendars().slice(0, 1);
  world.rehearsal = true;
  world.calendars = practice.map((calendar) => ({ ...calendar, name: "Practice season", deleted: false }));
  world.events = events().filter((event) => event.calendar === "1").map((event) => ({ ...event, invitations: { invited: 0, yes: 0, maybe: 0, no: 0, none: 0, outdated: 0 } }));
  world.guests = makeGuests(250).map((guest) => ({ ...guest, lists: ["1"], last_answer: "", suppressed: "" }));
  world.lists = [{ id: "1", name: "Practice guests", guests: 250, deleted: false }];
  world.accounts = accounts().filter((account) => account.rehearsal);
  world.calendarAccounts = [];
  world.clashes = [];
  world.copyRules = [];
  world.twins = [];
  world.mailCommands = [];
  world.campaigns = campaigns()
    .filter((campaign) => campaign.status.state === "draft")
    .map((campaign) => ({ ...campaign, rehearsal: true, list_name: "Practice guests", draft: { ...campaign.draft, list: "1", sender: "r1", inbox: "r2", name: "Practice season" }, sender_label: "Practice outbox", inbox_address: "practice@rollcall.example" }));
  world.receipts = [];
  world.newAnswers = 0;
}

/** Lets every watcher know. */
export function tell(world: World, event: EngineEvent): void {
  for (const heard of world.heard) heard(event);
}

export function changed(world: World, ...what: Changed[]): void {
  queueMicrotask(() => tell(world, { kind: "changed", what }));
}

export function freshId(world: World): string {
  return String(world.nextId++);
}

function crowd(): Stored[] {
  return Array.from({ length: 20_000 }, (_, index) => {
    const date = new Date(Date.now() + ((index % 730) - 365) * 86_400_000).toISOString().slice(0, 10);
    const hour = String(8 + (index % 12)).padStart(2, "0");
    return makeEvent(String(10_000 + index), String((index % 3) + 1), {
      summary: `Session ${index + 1}`,
      start_local: `${date}T${hour}:00:00`,
      end_local: `${date}T${hour}:50:00`,
    });
  });
}
