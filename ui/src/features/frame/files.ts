// Where a dropped or chosen file goes, by its kind.
import { backend } from "../../ipc";
import { router } from "../../lib/router.svelte";
import { frame } from "../../messages/frame";
import { handover } from "./handover.svelte";

export type DropKind = "calendar" | "guests" | "unknown";

export function kindOf(paths: string[]): DropKind {
  const endings = paths.map((path) => path.split(".").at(-1)?.toLowerCase() ?? "");
  if (endings.length > 0 && endings.every((ending) => ["ics", "ical", "ifb", "icalendar"].includes(ending))) return "calendar";
  if (endings.length === 1 && ["csv", "tsv", "txt", "xlsx", "xls", "ods", "vcf", "vcard"].includes(endings[0] ?? "")) return "guests";
  return "unknown";
}

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
