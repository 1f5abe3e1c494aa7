// What a file is, by its ending.
export type DropKind = "calendar" | "guests" | "answers" | "unknown";

export function kindOf(paths: string[]): DropKind {
  const endings = paths.map((path) => /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "");
  if (endings.length > 0 && endings.every((ending) => ["ics", "ical", "ifb", "icalendar"].includes(ending))) return "calendar";
  if (endings.length === 1 && ["csv", "tsv", "txt", "xlsx", "xls", "ods", "vcf", "vcard"].includes(endings[0] ?? "")) return "guests";
  // Folders of messages have no ending, and neither have the mailbox files of some mail programs.
  if (endings.length > 0 && endings.every((ending) => ["eml", "mbox", "mbx", ""].includes(ending))) return "answers";
  return "unknown";
}
