// What became of events of the made-up world.
import type { CommandCalls } from "../backend";
import type { FieldChangeView, HistoryKept, RecentChange } from "../types";
import { found, refuse } from "./refuse";
import type { Stored } from "./season";
import type { World } from "./world";

type Calls = Pick<CommandCalls, "compareVersions" | "showEventAt" | "listCalendarChanges" | "listDeletedEvents" | "showHistoryKept" | "chooseHistoryYears" | "showGuestAt">;

const page = 20;

export function historyCalls(world: World): Calls {
  const one = (id: string): Stored => found(world.events.find((event) => event.id === id), "event", id);
  const kept = (): HistoryKept => ({ years: Number(world.settings.get("history_years") ?? "10"), versions: world.events.reduce((sum, { versions }) => sum + versions.length, 0), kilobytes: world.kind === "huge" ? 12_400 : world.events.length });
  return {
    compareVersions: async (id, _, from, to) => {
      const [first, last] = from < to ? [from, to] : [to, from];
      const merged = new Map<string, FieldChangeView>();
      const between = one(id).versions.filter(({ number }) => number > first && number <= last).sort((left, right) => left.number - right.number);
      for (const field of between.flatMap(({ fields }) => fields)) merged.set(field.name, { ...field, old: merged.get(field.name)?.old ?? field.old });
      const fields = [...merged.values()];
      return from < to ? fields : fields.map((field) => ({ ...field, old: field.new, new: field.old }));
    },
    showEventAt: async (id, _, at) => {
      const event = one(id);
      const until = Date.parse(at.length === 10 ? `${at}T23:59:59` : at);
      const version = [...event.versions].sort((left, right) => right.number - left.number).find((known) => Date.parse(known.at) <= until);
      if (!version) return refuse("not_found", `The event was not here yet on ${at}. Choose a later day.`, { what: "version", name: at });
      const { number, source, account, account_kind } = version;
      const { summary, description, place, start, end, start_zone, all_day, repeats, status, url, video_link } = event;
      return { number, at: version.at, source, account, account_kind, summary, description, place, start, end, tzid: start_zone, all_day, repeats, status, url, video_link, deleted: version.words === "Deleted" };
    },
    listCalendarChanges: async (id, cursor) => {
      const rows = world.events
        .filter((event) => event.calendar === id)
        .flatMap((event): RecentChange[] => event.versions.map((version) => ({ event: event.id, recurrence_id: "", uid: event.uid, summary: event.summary, start: event.start, tzid: event.start_zone, all_day: event.all_day, import: version.source === "import" || version.account !== "" ? `i${version.at.slice(0, 16)}` : "", version })))
        .sort((left, right) => Date.parse(right.version.at) - Date.parse(left.version.at));
      const from = Number(cursor || "0");
      return { rows: rows.slice(from, from + page), next: from + page < rows.length ? String(from + page) : "" };
    },
    showHistoryKept: async () => kept(),
    chooseHistoryYears: async (years) => {
      world.settings.set("history_years", String(years));
      return kept();
    },
    showGuestAt: async (_, at) => {
      const told = world.events.filter((event) => event.invitations.invited > 0).slice(0, 2);
      if (at < "2026-01-01") return [];
      return told.map(({ id, uid, summary, start, place, description }, index) => ({ event: id, uid, calendar_name: "", kind: index === 0 ? "update" : "invitation", revision: index === 0 ? 2 : 1, sent_at: new Date(Date.now() - 5 * 86_400_000).toISOString(), campaign: "Season", uncertain: index === 1, cancelled: false, start, when: start.slice(0, 16).replace("T", ", "), summary, place, description, answer: index === 0 ? "yes" : "", changes: index === 0 ? [{ name: "place", old: place, new: "Hall 2", significant: true }] : [] }));
    },
    listDeletedEvents: async (id) =>
      world.events
        .filter((event) => event.calendar === id && event.deleted)
        .map((event) => {
          const [last] = [...event.versions].sort((left, right) => right.number - left.number);
          const { summary, start, start_zone, all_day, repeats, uid } = event;
          return { event: event.id, recurrence_id: "", uid, summary, start, tzid: start_zone, all_day, repeats, at: last?.at ?? "", source: last?.source ?? "", account: last?.account ?? "", account_kind: last?.account_kind ?? "", version: (last?.number ?? 2) - 1 };
        }),
  };
}
