// Sub-calendars and imports of the made-up world.
import type { CommandCalls } from "../backend";
import type { CalendarView, ImportPreview } from "../types";
import { found, refuse } from "./refuse";
import { makeEvent, type Stored } from "./season";
import { changed, freshId, type World } from "./world";

type Calls = Pick<CommandCalls, "listCalendars" | "createCalendar" | "updateCalendar" | "setStandingOrder" | "deleteCalendar" | "restoreCalendar" | "exportCalendar" | "previewImport" | "previewPasted" | "applyImport" | "undoImport">;

function view(world: World, calendar: World["calendars"][number]): CalendarView {
  const { deleted: _, ...rest } = calendar;
  const days = world.events.filter((event) => event.calendar === calendar.id && !event.deleted).map((event) => event.start_local.slice(0, 10)).sort();
  return { ...rest, events: days.length, first_day: days[0] ?? "", last_day: days.at(-1) ?? "" };
}

export function calendarCalls(world: World): Calls {
  const previews = new Map<string, { preview: ImportPreview; events: Stored[] }>();
  const imports = new Map<string, { calendar: string | null; events: string[] }>();
  const one = (id: string): World["calendars"][number] => found(world.calendars.find((calendar) => calendar.id === id), "calendar", id);

  const preview = (names: string[], shift: number): ImportPreview => {
    const id = freshId(world);
    const monday = new Date(Date.now() + (20 - new Date().getDay()) * 86_400_000 + shift * 7 * 86_400_000);
    const events = Array.from({ length: 160 }, (_, index) => {
      const date = new Date(monday.getTime() + index * 86_400_000).toISOString().slice(0, 10);
      return makeEvent(`${id}-${index}`, "", { summary: `Bears v ${["Packers", "Lions", "Vikings", "Rams"][index % 4] ?? ""}`, place: "Soldier Field", start_local: `${date}T13:00:00`, end_local: `${date}T16:00:00` });
    });
    const row = (event: Stored) => ({ uid: event.uid, summary: event.summary, start: event.start, tzid: event.start_zone, all_day: event.all_day, place: event.place, repeats: event.repeats, fields: [] });
    const two = events.slice(0, 2).map((event, index) => ({
      ...row(event),
      fields: index === 0
        ? [{ name: "start", old: "Sat 14 March, 13:00", new: "Sat 14 March, 15:30", significant: true }]
        : [{ name: "place", old: "Practice field 2", new: "Soldier Field", significant: true }, { name: "description", old: "", new: "Bring your season card.", significant: false }],
    }));
    const made: ImportPreview = {
      id,
      files: names.map((name) => ({ name, events: name.includes("broken") ? 0 : 162, unreadable: name.includes("broken") ? "This is not a calendar file: it does not begin with BEGIN:VCALENDAR." : "" })),
      suggested_name: (names[0] ?? "Pasted events").replace(/\.ics$/, "").replaceAll(/[_-]/g, " "),
      new: names.every((name) => name.includes("broken")) ? 0 : 160,
      updated: 2,
      unchanged: 0,
      missing: [],
      rows: events.slice(0, 100).map(row),
      updates: two,
      invalid: [{ file: names[0] ?? "", line: 3412, reason: "“Bears v Colts” ends before it starts. Correct DTEND in the file and import it again.", left_out: true }, { file: names[0] ?? "", line: 88, reason: "“US-Central” is no time zone; America/Chicago was taken.", left_out: false }],
      shift_weeks: names.some((name) => name.includes("old")) && shift === 0 ? 1044 : 0,
    };
    previews.set(id, { preview: made, events });
    return made;
  };

  return {
    listCalendars: async () => world.calendars.filter((calendar) => !calendar.deleted).map((calendar) => view(world, calendar)),
    createCalendar: async (name, colour) => {
      if (world.calendars.some((calendar) => !calendar.deleted && calendar.name === name)) refuse("name_taken", `There is a calendar “${name}” already. Choose another name.`, { what: "calendar", name });
      const made = { id: freshId(world), name, colour, zone: "", role: "owner" as const, hidden: false, standing_order: false, events: 0, first_day: "", last_day: "", deleted: false };
      world.calendars.push(made);
      changed(world, "calendars");
      return view(world, made);
    },
    updateCalendar: async (id, name, colour, hidden) => {
      const calendar = one(id);
      if (name !== null) calendar.name = name;
      if (colour !== null) calendar.colour = colour;
      if (hidden !== null) calendar.hidden = hidden;
      changed(world, "calendars", "events");
      return view(world, calendar);
    },
    setStandingOrder: async (id, on) => {
      const calendar = one(id);
      calendar.standing_order = on;
      changed(world, "calendars", "campaigns");
      return view(world, calendar);
    },
    deleteCalendar: async (id) => {
      one(id).deleted = true;
      changed(world, "calendars", "events");
      return null;
    },
    restoreCalendar: async (id) => {
      const calendar = one(id);
      calendar.deleted = false;
      changed(world, "calendars", "events");
      return view(world, calendar);
    },
    exportCalendar: async () => null,
    previewImport: async (paths, _target, shift) => preview(paths.map((path) => path.split(/[\\/]/).at(-1) ?? path), shift),
    previewPasted: async (text, _target, shift) => {
      if (!text.includes("BEGIN:VCALENDAR")) refuse("unreadable_file", "The pasted text is not a calendar: it has no line BEGIN:VCALENDAR.", { file: "pasted text" });
      return preview(["Pasted events"], shift);
    },
    applyImport: async (id, target) => {
      const { preview: made, events } = found(previews.get(id), "preview", id);
      let calendar = world.calendars.find((known) => !known.deleted && (target.kind === "existing" ? known.id === target.id : known.name === target.name));
      const fresh = calendar === undefined;
      calendar ??= { id: freshId(world), name: target.kind === "named" ? target.name : "", colour: "violet", zone: "", role: "owner", hidden: false, standing_order: false, events: 0, first_day: "", last_day: "", deleted: false };
      if (fresh) world.calendars.push(calendar);
      const home = calendar.id;
      world.events.push(...events.map((event) => ({ ...event, calendar: home })));
      const result = freshId(world);
      imports.set(result, { calendar: fresh ? home : null, events: events.map((event) => event.id) });
      changed(world, "calendars", "events");
      return { id: result, calendar: home, calendar_name: calendar.name, new: made.new, updated: made.updated, unchanged: made.unchanged };
    },
    undoImport: async (id) => {
      if (id.startsWith("i")) return { undone: 3, left: ["Bears v Packers"], calendar_removed: false };
      const done = found(imports.get(id), "import", id);
      world.events = world.events.filter((event) => !done.events.includes(event.id));
      world.calendars = world.calendars.filter((calendar) => calendar.id !== done.calendar);
      changed(world, "calendars", "events");
      return { undone: done.events.length, left: [], calendar_removed: done.calendar !== null };
    },
  };
}
