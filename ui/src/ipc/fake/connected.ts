// Connected calendars of the made-up world: an account in every state, what each has, and what was edited in two places.
import type { CommandCalls } from "../backend";
import type { CalendarAccountView, ClashView, MirrorView, RemoteCalendarView } from "../types";
import { signedIn } from "./mailings";
import { found, refuse } from "./refuse";
import { changed, freshId, tell, type World } from "./world";

type Calls = Pick<
  CommandCalls,
  | "listCalendarAccounts"
  | "connectCalendarAccount"
  | "awaitConsent"
  | "pasteConsent"
  | "abandonConsent"
  | "reconnectCalendarAccount"
  | "connectAccountMail"
  | "renewCalendarAccount"
  | "removeCalendarAccount"
  | "listRemoteCalendars"
  | "mirrorCalendars"
  | "createRemoteCalendar"
  | "stopMirroring"
  | "syncCalendars"
  | "listClashes"
  | "settleClash"
>;

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const mirror = (calendar: string, name: string, part: Partial<MirrorView> = {}): MirrorView => ({ calendar, name, read_only: false, synced_at: ago(0), changes: 0, state: "ok", problem: "", waiting: 0, troubled: [], ...part });

export function calendarAccounts(): CalendarAccountView[] {
  return [
    { id: "g1", kind: "google", label: "Google", address: "office@bears.example", state: "ok", words: "", browser: true, mail: false, calendars: [mirror("4", "Arizona away games", { changes: 3 }), mirror("5", "Board and sponsors", { changes: 0, waiting: 1 })] },
    { id: "m1", kind: "microsoft", label: "Outlook", address: "coach@bears.example", state: "needs_login", words: "Sign in again: Microsoft ended the consent, because the password was changed.", browser: true, mail: true, calendars: [mirror("6", "Coaches", { synced_at: ago(2_900) })] },
    {
      id: "d1",
      kind: "caldav",
      label: "Clubhouse Nextcloud",
      address: "",
      state: "waiting",
      words: "The server cloud.bears.example does not answer. It is tried again by itself.",
      browser: false,
      mail: false,
      calendars: [
        mirror("7", "Clubhouse", {
          synced_at: ago(95),
          state: "waiting",
          problem: "The server cloud.bears.example does not answer. It is tried again by itself.",
          waiting: 2,
          troubled: [
            { uid: "u1", summary: "Summer fair with an open-air cinema and everyone’s grandparents", problem: "The server takes no event without an end.", refused: true },
            { uid: "u2", summary: "", problem: "The server does not answer.", refused: false },
          ],
        }),
      ],
    },
    {
      id: "g2",
      kind: "google",
      label: "League office",
      address: "league@bears.example",
      state: "waiting",
      words: "Google asks for fewer questions for now. It is tried again by itself at 14:20.",
      browser: true,
      mail: false,
      calendars: [mirror("10", "Referees", { synced_at: ago(12), state: "waiting", problem: "Google asks for fewer questions for now. It is tried again by itself at 14:20." })],
    },
    { id: "i1", kind: "caldav", label: "iCloud", address: "", state: "needs_login", words: "Sign in again: the server no longer takes the app password.", browser: false, mail: false, calendars: [mirror("9", "Family", { synced_at: ago(600) })] },
    { id: "d2", kind: "caldav", label: "Town sports hall", address: "", state: "failed", words: "“Hall bookings” is no longer there, or no longer shared with you: The server knows no such calendar. What was mirrored of it stays here.", browser: false, mail: false, calendars: [mirror("11", "Hall bookings", { synced_at: ago(4_000), state: "failed", problem: "“Hall bookings” is no longer there, or no longer shared with you: The server knows no such calendar. What was mirrored of it stays here." })] },
    { id: "f1", kind: "feed", label: "League fixtures", address: "", state: "ok", words: "", browser: false, mail: false, calendars: [mirror("8", "League fixtures", { read_only: true, synced_at: "" })] },
  ];
}

const remote = (remote_id: string, name: string, colour: string, part: Partial<RemoteCalendarView> = {}): RemoteCalendarView => ({ remote_id, name, colour, read_only: false, primary: false, calendar: "", ...part });

export function remoteCalendars(): Record<string, RemoteCalendarView[]> {
  return {
    g1: [
      remote("office", "office@bears.example", "#3f51b5", { primary: true }),
      remote("away", "Arizona away games", "#d50000", { calendar: "4" }),
      remote("board", "Board and sponsors", "#0b8043", { calendar: "5" }),
      remote("holidays", "Holidays in the United States", "#616161", { read_only: true }),
    ],
    d1: [remote("clubhouse", "Clubhouse", "", { calendar: "7" }), remote("youth", "Youth teams", "#f6bf26")],
    f1: [remote("feed", "League fixtures", "", { read_only: true, calendar: "8" })],
  };
}

export function clashes(): ClashView[] {
  const clash = (id: string, event: string, summary: string, field: string, here: string, there: string, kept: string): ClashView => ({ id, calendar: "4", calendar_name: "Arizona away games", event, uid: `${event}@practice.example`, recurrence_id: "", summary, field, here, there, kept, account: "Google", at: ago(18) });
  return [
    clash("x1", "401", "Bears at Cardinals", "place", "State Farm Stadium, gate 4", "State Farm Stadium, west entrance", "there"),
    clash("x2", "401", "Bears at Cardinals", "start", "Sat 14 March, 13:00", "Sat 14 March, 15:30", "here"),
    clash("x3", "402", "Coach trip to Phoenix", "event", "Coach trip to Phoenix", "", "here"),
  ];
}

export function connectedCalls(world: World): Calls {
  const one = (id: string): CalendarAccountView => found(world.calendarAccounts.find((account) => account.id === id), "account", id);
  const ofAccount = (id: string): RemoteCalendarView[] => (world.remotes[id] ??= []);
  let asked: { kind: string; label: string; known: string } | null = null;

  const add = (kind: string, label: string, address: string): string => {
    const id = freshId(world);
    world.calendarAccounts.push({ id, kind, label, address, state: "ok", words: "", browser: kind === "google" || kind === "microsoft", mail: false, calendars: [] });
    world.remotes[id] =
      kind === "feed"
        ? [remote("feed", label, "", { read_only: true })]
        : [remote("main", address || label, "#3f51b5", { primary: true }), remote("season", "Season 2027", "#d50000"), remote("shared", "Ground bookings of the town council", "#616161", { read_only: true })];
    changed(world, "accounts");
    return id;
  };
  const consent = (): string => {
    const { kind, label, known } = found(asked ?? undefined, "consent", "");
    asked = null;
    if (known === "") return add(kind, label, "office@bears.example");
    Object.assign(one(known), { state: "ok", words: "" });
    signedIn(world, ...world.accounts.filter(({ consent: by }) => by === known));
    return known;
  };
  const link = (account: CalendarAccountView, calendar: RemoteCalendarView): void => {
    const id = freshId(world);
    calendar.calendar = id;
    world.calendars.push({ id, name: calendar.name, colour: "blue", zone: "", role: calendar.read_only ? "reader" : "owner", hidden: false, standing_order: false, events: 0, first_day: "", last_day: "", deleted: false });
    account.calendars.push(mirror(id, calendar.name, { read_only: calendar.read_only, synced_at: "" }));
    for (const [step, wait] of [120, 480, 960, 1_900].entries()) {
      setTimeout(() => {
        const over = step === 3;
        tell(world, { kind: "progress", work: `sync:${id}`, done: over ? 1 : wait, total: over ? 1 : 0 });
        if (over) Object.assign(found(account.calendars.find((known) => known.calendar === id), "calendar", id), { synced_at: ago(0), changes: 960 });
        if (over) changed(world, "accounts");
      }, wait);
    }
  };

  return {
    listCalendarAccounts: async () => [...world.calendarAccounts],
    connectCalendarAccount: async (form) => {
      if (world.locked) refuse("locked", "The passwords here are sealed with a passphrase. Enter it.");
      if (world.calendarAccounts.some((account) => account.label === form.label)) refuse("name_taken", `There is already a calendar account named “${form.label}”. Choose another name.`, { what: "calendar account", name: form.label });
      if (form.kind === "caldav" && form.password === "wrong") refuse("needs_login", "The server takes neither this user name nor this password. Some providers want an app password.", { account: "" });
      if (form.kind === "feed" && !/^(webcal|https?):/.test(form.url)) refuse("invalid_input", "“This” is no address of a calendar: it begins with https:// or webcal://.", { field: "address" });
      if (form.kind === "caldav" || form.kind === "feed") return { account: add(form.kind, form.label, form.kind === "caldav" ? form.user : ""), page: "" };
      asked = { kind: form.kind, label: form.label, known: "" };
      return { account: "", page: `https://accounts.${form.kind}.example/o/oauth2/auth?client_id=${encodeURIComponent(form.client_id)}&redirect_uri=http%3A%2F%2F127.0.0.1%3A40123&scope=calendar&state=made-up` };
    },
    // The made-up browser is as slow as a person; in the slow world nobody ever agrees.
    awaitConsent: async () => {
      await new Promise((resolve) => setTimeout(resolve, world.kind === "slow" ? 3_600_000 : 4_000));
      return consent();
    },
    pasteConsent: async (address) => {
      if (!address.includes("code=")) refuse("invalid_input", "This is not the address that the browser ended on: it begins with http://127.0.0.1 and has “code=” in it.", { field: "address" });
      return consent();
    },
    abandonConsent: async () => {
      asked = null;
      return null;
    },
    reconnectCalendarAccount: async (id) => {
      const { kind, label } = one(id);
      asked = { kind, label, known: id };
      return { account: "", page: `https://accounts.${kind}.example/o/oauth2/auth` };
    },
    connectAccountMail: async (id) => {
      const { kind, label } = one(id);
      one(id).mail = true;
      asked = { kind, label, known: id };
      return { account: "", page: `https://accounts.${kind}.example/o/oauth2/auth` };
    },
    renewCalendarAccount: async (id, secret) => {
      if (secret === "wrong") refuse("needs_login", "The server takes neither this user name nor this password. Some providers want an app password.", { account: "" });
      Object.assign(one(id), { state: "ok", words: "" });
      changed(world, "accounts");
      return null;
    },
    removeCalendarAccount: async (id) => {
      const { kind } = one(id);
      world.calendarAccounts = world.calendarAccounts.filter((account) => account.id !== id);
      changed(world, "accounts", "calendars");
      return kind === "caldav" ? "The account is no longer used here, but its provider could not be told: the server does not answer. Withdraw the consent in the account’s own settings." : "";
    },
    listRemoteCalendars: async (account) => {
      const { state, words } = one(account);
      if (state === "needs_login") refuse("needs_login", words, { account: one(account).label });
      return ofAccount(account);
    },
    mirrorCalendars: async (account, ids) => {
      for (const calendar of ofAccount(account)) if (ids.includes(calendar.remote_id) && calendar.calendar === "") link(one(account), calendar);
      changed(world, "accounts", "calendars");
      return ofAccount(account);
    },
    createRemoteCalendar: async (account, name) => {
      const made = remote(freshId(world), name, "");
      ofAccount(account).push(made);
      link(one(account), made);
      changed(world, "accounts", "calendars");
      return made;
    },
    stopMirroring: async (calendar) => {
      for (const account of world.calendarAccounts) account.calendars = account.calendars.filter((known) => known.calendar !== calendar);
      for (const known of Object.values(world.remotes).flat()) if (known.calendar === calendar) known.calendar = "";
      changed(world, "accounts", "calendars");
      return null;
    },
    syncCalendars: async (label) => {
      const looked = world.calendarAccounts.filter((account) => label === null || account.label === label);
      return looked.map((account) => {
        for (const known of account.calendars) if (known.problem === "") known.synced_at = ago(0);
        changed(world, "accounts");
        const calendars = account.calendars.map(({ calendar, name, state, problem }, index) => ({ calendar, name, changes: index === 0 ? 2 : 0, written: index, refused: 0, clashes: 0, unreadable: 0, state, problem, undo: "" }));
        return { account: account.id, label: account.label, problem: account.state === "ok" ? "" : account.words, state: account.state, calendars };
      });
    },
    listClashes: async () => [...world.clashes],
    settleClash: async (id) => {
      found(world.clashes.find((clash) => clash.id === id), "clash", id);
      world.clashes = world.clashes.filter((clash) => clash.id !== id);
      changed(world, "events", "calendars");
      return null;
    },
  };
}
