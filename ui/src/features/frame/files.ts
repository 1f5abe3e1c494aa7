// Where a dropped or chosen file goes.
import { backend } from "../../ipc";
import { router } from "../../lib/router.svelte";
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
