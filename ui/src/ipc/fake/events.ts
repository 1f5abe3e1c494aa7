// Events of the made-up world: seen, written, deleted, restored, found.
import type { CommandCalls } from "../backend";
import type { EventDetail, EventDraft, SearchHit } from "../types";
import { occurrences } from "./expand";
import { found, refuse } from "./refuse";
import { instant, makeEvent, type Stored } from "./season";
import { changed, freshId, type World } from "./world";

type Calls = Pick<CommandCalls, "listOccurrences" | "showEvent" | "createEvent" | "editEvent" | "deleteEvent" | "restoreEvent" | "search">;

function detail(event: Stored): EventDetail {
  const { deleted: _, skipped: __, ...rest } = event;
  return rest;
}

function write(event: Stored, draft: EventDraft): void {
  event.summary = draft.summary ?? event.summary;
  event.description = draft.description ?? event.description;
  event.place = draft.place ?? event.place;
  event.url = draft.url ?? event.url;
  event.colour = draft.colour ?? event.colour;
  event.video_link = draft.video_link ?? event.video_link;
  event.all_day = draft.all_day ?? event.all_day;
  event.start_zone = draft.tzid ?? event.start_zone;
  event.end_zone = draft.end_tzid ?? draft.tzid ?? event.end_zone;
  event.start_local = draft.start ?? event.start_local;
  event.end_local = draft.end ?? event.end_local;
  event.rrule = draft.rrule ?? event.rrule;
  event.repeats = event.rrule === "" ? "" : "Repeats";
  event.start = instant(event.start_local, event.start_zone);
  event.end = instant(event.end_local, event.end_zone);
  if (event.end < event.start) refuse("invalid_input", "The end lies before the start. Choose a later end.", { field: "end" });
}

function version(event: Stored, source: string, words: string): void {
  event.versions = [{ number: event.versions.length + 1, at: new Date().toISOString(), source, account: "", account_kind: "", words, fields: [] }, ...event.versions];
}

export function eventCalls(world: World): Calls {
  const one = (id: string): Stored => found(world.events.find((event) => event.id === id), "event", id);
  const shown = (): Stored[] => {
    const visible = new Set(world.calendars.filter((calendar) => !calendar.deleted && !calendar.hidden).map((calendar) => calendar.id));
    return world.events.filter((event) => !event.deleted && visible.has(event.calendar));
  };
  const put = (calendar: string, draft: EventDraft): Stored => {
    const start = draft.start ?? "2027-01-01T12:00:00";
    const event = makeEvent(freshId(world), calendar, { start_local: start, end_local: draft.end ?? start, start_zone: draft.tzid ?? "" });
    event.versions = [];
    write(event, draft);
    version(event, "window", "Created");
    world.events.push(event);
    changed(world, "events", "calendars");
    return event;
  };
  return {
    listOccurrences: async (from, to) => occurrences(shown(), from, to),
    showEvent: async (id, recurrence) => {
      const event = one(id);
      const row = recurrence === "" ? undefined : occurrences([event], "1990-01-01T00:00:00Z", "2040-01-01T00:00:00Z").find((known) => known.recurrence_id === recurrence);
      return row ? { ...detail(event), start: row.start, end: row.end, start_local: row.start.slice(0, 19), end_local: row.end.slice(0, 19) } : detail(event);
    },
    createEvent: async (calendar, draft) => detail(put(calendar, draft)),
    editEvent: async (id, recurrence, scope, draft) => {
      const event = one(id);
      if (recurrence !== "" && scope !== "all") {
        event.skipped = [...event.skipped, recurrence];
        return detail(put(event.calendar, { ...draft, summary: draft.summary ?? event.summary }));
      }
      const before = event.start_local;
      write(event, draft);
      version(event, "window", before === event.start_local ? "Changed the details" : "Moved");
      changed(world, "events");
      return detail(event);
    },
    deleteEvent: async (id, recurrence, scope) => {
      const event = one(id);
      version(event, "window", "Deleted");
      if (recurrence !== "" && scope === "this") event.skipped = [...event.skipped, recurrence];
      else event.deleted = true;
      changed(world, "events", "calendars");
      return null;
    },
    restoreEvent: async (id, _, number) => {
      const event = one(id);
      event.deleted = false;
      event.skipped = [];
      version(event, "restore", `Restored version ${number}`);
      changed(world, "events", "calendars");
      return detail(event);
    },
    search: async (text) => {
      const wanted = text.toLowerCase();
      const hits: SearchHit[] = [
        ...shown().filter((event) => event.summary.toLowerCase().includes(wanted)).slice(0, 8).map((event) => ({ kind: "event", id: event.id, title: event.summary, detail: event.place, day: event.start_local.slice(0, 10) })),
        ...world.guests.filter((guest) => `${guest.name} ${guest.address}`.toLowerCase().includes(wanted)).slice(0, 6).map((guest) => ({ kind: "guest", id: guest.id, title: guest.name, detail: guest.address, day: "" })),
        ...world.lists.filter((list) => !list.deleted && list.name.toLowerCase().includes(wanted)).map((list) => ({ kind: "list", id: list.id, title: list.name, detail: "", day: "" })),
        ...world.campaigns.filter((campaign) => campaign.draft.name.toLowerCase().includes(wanted)).slice(0, 4).map((campaign) => ({ kind: "campaign", id: campaign.id, title: campaign.draft.name, detail: campaign.list_name, day: "" })),
        ...world.calendars.filter((calendar) => !calendar.deleted && calendar.name.toLowerCase().includes(wanted)).map((calendar) => ({ kind: "calendar", id: calendar.id, title: calendar.name, detail: "", day: "" })),
      ];
      return hits;
    },
  };
}
