// Where a dropped or chosen file goes.
import { attempt, backend } from "../../ipc";
import { router } from "../../lib/router.svelte";
import { toasts } from "../../lib/toasts.svelte";
import { frame } from "../../messages/frame";
import { handover } from "./handover.svelte";

export function importCalendarFiles(paths: string[]): void {
  handover.calendar = { kind: "files", paths };
  router.go("import");
}

export function importGuestFile(path: string): void {
  handover.guests = path;
  router.go("guests", ["import"]);
}

export async function chooseCalendarFiles(): Promise<void> {
  const paths = await backend.chooseFiles({ name: frame.calendarKind, extensions: ["ics"] });
  if (paths.length > 0) importCalendarFiles(paths);
}

/** Reads answers from files and says what came of it. */
export async function importAnswerFiles(paths: string[]): Promise<void> {
  const imported = await attempt(() => backend.importAnswers(paths));
  if (!imported) return;
  const { problems, ...counts } = imported.value;
  if (counts.messages > 0) toasts.done(frame.importedAnswers(counts));
  for (const { file, reason } of problems.slice(0, 3)) toasts.failed(frame.unreadAnswers(file, reason));
}

export async function chooseAnswerFiles(): Promise<void> {
  const paths = await backend.chooseFiles({ name: frame.answersKind, extensions: ["eml", "mbox", "mbx"] });
  if (paths.length > 0) await importAnswerFiles(paths);
}
