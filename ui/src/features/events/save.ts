// Storing another shape of an event, with its way back and who now holds old details.
import { backend } from "../../ipc";
import type { EventDetail, EventDraft, Scope } from "../../ipc/types";
import { router } from "../../lib/router.svelte";
import { toasts } from "../../lib/toasts.svelte";
import { eventWords as words } from "../../messages/calendar";
import { changesOf, type Form, formOf, movedBy, ontoFirst } from "./form";
import { backFromEdit } from "./undo";

/** What a change is said to be, and the same where guests hold the old details. */
interface Said {
  plain: string;
  held: (guests: number) => string;
}

const days = ({ startDay, startTime, endDay, endTime }: Form) => ({ startDay, startTime, endDay, endTime });

/** Of a whole series the first date changes as the chosen one did. */
function changes(before: Form, after: Form, first: EventDetail | null): EventDraft {
  if (!first) return changesOf(before, after);
  const form = { ...formOf(first), repeats: before.repeats };
  return changesOf({ ...before, ...days(form) }, ontoFirst(before, after, form));
}

/** Stores what differs between two shapes of an event; `occurrence` is empty for a single event. */
export async function saveEdit(detail: EventDetail, occurrence: string, scope: Scope, before: Form, after: Form, said: Said): Promise<EventDetail> {
  const master = occurrence === "" ? detail : await backend.showEvent(detail.id, "");
  const all = scope === "all";
  const saved = await backend.editEvent(detail.id, all ? "" : occurrence, scope, changes(before, after, all && occurrence !== "" ? master : null));
  const held = saved.invitations.outdated;
  toasts.done(held > 0 ? said.held(held) : said.plain, backFromEdit(detail, occurrence, scope, master, saved), held > 0 ? { label: words.tell, run: () => router.go("changes") } : null);
  return saved;
}

/** Moves an event, or dates of a series, by so many days and minutes on its own clock. */
export async function moveEvent(id: string, occurrence: string, scope: Scope, by: { days: number; minutes: number }): Promise<void> {
  const detail = await backend.showEvent(id, occurrence);
  const before = formOf(detail);
  const name = detail.summary;
  await saveEdit(detail, occurrence, scope, before, { ...before, ...movedBy(before, by) }, { plain: words.moved(name), held: (guests) => words.movedHold(name, guests) });
}
