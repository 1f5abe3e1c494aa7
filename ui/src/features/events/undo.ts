// The ways back from a change of an event, prepared before the change is made.
import { backend } from "../../ipc";
import type { EventDetail, Scope } from "../../ipc/types";
import { draftOf, formOf } from "./form";

function newest({ versions }: EventDetail): number {
  return Math.max(0, ...versions.map((version) => version.number));
}

/** The date of a series has versions of its own: it was changed alone before. */
export function standsAlone(detail: EventDetail, recurrenceId: string): boolean {
  return recurrenceId !== "" && detail.rrule === "";
}

/** Back to an event, or one date of a series, as `detail` has it. */
export function backTo(detail: EventDetail, recurrenceId: string): () => Promise<unknown> {
  const own = standsAlone(detail, recurrenceId) ? recurrenceId : "";
  return () => backend.restoreEvent(detail.id, own, newest(detail));
}

/** Back from an edit. A date that had no versions of its own gets its old values again; a split series is joined. */
export function backFromEdit(before: EventDetail, recurrenceId: string, scope: Scope, master: EventDetail, saved: EventDetail): () => Promise<unknown> {
  if (scope === "this" && recurrenceId !== "") {
    if (standsAlone(before, recurrenceId)) return backTo(before, recurrenceId);
    const { rrule: _, ...old } = draftOf(formOf(before));
    return () => backend.editEvent(before.id, recurrenceId, "this", old);
  }
  const restore = backTo(master, "");
  if (saved.id === master.id) return restore;
  return async () => {
    await backend.deleteEvent(saved.id, "", "all");
    await restore();
  };
}

/** Back from a deletion. */
export function backFromDeletion(before: EventDetail, recurrenceId: string, master: EventDetail): () => Promise<unknown> {
  return async () => {
    await backTo(master, "")();
    if (standsAlone(before, recurrenceId)) await backTo(before, recurrenceId)();
  };
}
