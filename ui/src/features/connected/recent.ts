// Changes that came together stand together.
import type { RecentChange } from "../../ipc/types";

export interface Group {
  key: string;
  /** The import or sync that brought them; empty for a change of its own. */
  record: string;
  rows: RecentChange[];
}

/** Neighbours of one import or sync as one group; every other change alone. */
export function grouped(rows: RecentChange[]): Group[] {
  const groups: Group[] = [];
  for (const row of rows) {
    const before = groups.at(-1);
    if (before && row.import !== "" && before.record === row.import) before.rows.push(row);
    else groups.push({ key: `${row.event} ${row.recurrence_id} ${row.version.number}`, record: row.import, rows: [row] });
  }
  return groups;
}
