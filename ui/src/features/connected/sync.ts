// Looking at an account because someone asked for it, and saying what came of it.
import { attempt, backend } from "../../ipc";
import { router } from "../../lib/router.svelte";
import { toasts } from "../../lib/toasts.svelte";
import { connectedWords as words } from "../../messages/connected";
import { accounts } from "./accounts.svelte";

/** Looks at one account, or at all. What came in can be undone as a whole. */
export async function syncNow(label: string | null): Promise<void> {
  const unread = new Set((accounts.value ?? []).flatMap((account) => account.calendars.filter(({ synced_at }) => synced_at === "").map(({ calendar }) => calendar)));
  const synced = await attempt(() => backend.syncCalendars(label));
  if (!synced) return;
  const calendars = synced.value.flatMap((account) => account.calendars);
  // The account's row says why.
  const ended = synced.value.find(({ state }) => state === "needs_login");
  if (ended) {
    toasts.failed(words.signInFirst(ended.label));
    return;
  }
  const looked = [...synced.value, ...calendars];
  const failed = looked.find(({ state }) => state === "failed");
  const waiting = looked.find(({ state }) => state === "waiting");
  if (failed) {
    toasts.failed(failed.problem);
    return;
  }
  if (waiting) {
    toasts.done(waiting.problem);
    return;
  }
  const sum = (of: "changes" | "written" | "clashes"): number => calendars.reduce((total, calendar) => total + calendar[of], 0);
  // What was read for the first time is not undone: that would delete it at the provider.
  const undos = calendars.filter(({ calendar, undo }) => undo !== "" && !unread.has(calendar)).map(({ undo }) => undo);
  const undo = undos.length === 0 ? null : async () => {
    for (const id of undos) await backend.undoImport(id);
  };
  if (sum("clashes") > 0) toasts.done(words.clashed(sum("clashes")), null, { label: words.look, run: () => router.go("changes") });
  else toasts.done(words.syncedToast(sum("changes"), sum("written")), undo);
}
