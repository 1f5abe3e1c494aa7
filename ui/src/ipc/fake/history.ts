// What became of events of the made-up world.
import type { CommandCalls } from "../backend";
import type { FieldChangeView, RecentChange } from "../types";
import { found, refuse } from "./refuse";
import type { Stored } from "./season";
import type { World } from "./world";

type Calls = Pick<CommandCalls, "compareVersions" | "showEventAt" | "listCalendarChanges" | "listDeletedEvents">;

const page = 20;

export function historyCalls(world: World): Calls {
  const one = (id: string): Stored => found(world.events.find((event) => event.id === id), "event", id);
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
