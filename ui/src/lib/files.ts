// What a file is, by its ending.
export type DropKind = "calendar" | "guests" | "unknown";

export function kindOf(paths: string[]): DropKind {
  const endings = paths.map((path) => path.split(".").at(-1)?.toLowerCase() ?? "");
  if (endings.length > 0 && endings.every((ending) => ["ics", "ical", "ifb", "icalendar"].includes(ending))) return "calendar";
  if (endings.length === 1 && ["csv", "tsv", "txt", "xlsx", "xls", "ods", "vcf", "vcard"].includes(endings[0] ?? "")) return "guests";
  return "unknown";
}
