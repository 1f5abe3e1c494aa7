// What can be done with several guests at once, each with its way back.
import { attempt, backend } from "../../ipc";
import type { GuestListView, GuestView } from "../../ipc/types";
import { toasts } from "../../lib/toasts.svelte";
import { guestWords as words } from "../../messages/guests";

const ids = (guests: GuestView[]): string[] => guests.map(({ id }) => id);

export async function addToList(list: GuestListView, guests: GuestView[]): Promise<boolean> {
  const fresh = ids(guests.filter((guest) => !guest.lists.includes(list.name)));
  if (fresh.length > 0 && !(await attempt(() => backend.addToList(list.id, fresh)))) return false;
  toasts.done(words.added(fresh.length, list.name), fresh.length === 0 ? null : () => backend.removeFromList(list.id, fresh));
  return true;
}

export async function takeOffList(list: GuestListView, guests: GuestView[]): Promise<boolean> {
  const there = ids(guests.filter((guest) => guest.lists.includes(list.name)));
  if (there.length > 0 && !(await attempt(() => backend.removeFromList(list.id, there)))) return false;
  toasts.done(words.takenOff(there.length, list.name), there.length === 0 ? null : () => backend.addToList(list.id, there));
  return true;
}

export async function stopMail(guests: GuestView[]): Promise<boolean> {
  const mailed = ids(guests.filter(({ suppressed }) => suppressed === ""));
  if (!(await attempt(() => backend.suppressGuests(mailed, true)))) return false;
  toasts.done(words.stopped(mailed.length), () => backend.suppressGuests(mailed, false));
  return true;
}

/** Guests who are not mailed for a reason that is not the organizer's own: who asks for mail to them should think twice. */
export const stoppedByOthers = (guests: GuestView[]): GuestView[] => guests.filter(({ suppressed }) => suppressed !== "" && suppressed !== "by_hand");

/** There is a way back only where it leads to what was: a reason that is lifted is forgotten. */
export async function allowMail(guests: GuestView[]): Promise<boolean> {
  const stopped = guests.filter(({ suppressed }) => suppressed !== "");
  if (!(await attempt(() => backend.suppressGuests(ids(stopped), false)))) return false;
  toasts.done(words.allowed(stopped.length), stoppedByOthers(stopped).length > 0 ? null : () => backend.suppressGuests(ids(stopped), true));
  return true;
}

export async function removeGuests(guests: GuestView[]): Promise<boolean> {
  if (!(await attempt(() => backend.deleteGuests(ids(guests))))) return false;
  toasts.done(words.removed(guests.length), () => backend.restoreGuests(ids(guests)));
  return true;
}
