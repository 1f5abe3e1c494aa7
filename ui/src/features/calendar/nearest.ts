// Where the agenda opens: on what comes next, else on what was last.
import { Temporal } from "temporal-polyfill";

import { backend } from "../../ipc";
import { systemZone } from "../../lib/dates";

/** Looked through one after the other, in days from where one stands: most seasons are near. */
const reaches = [60, 400, 1100];

async function daysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): Promise<string[]> {
  const instant = (day: Temporal.PlainDate): string => day.toZonedDateTime(systemZone).toInstant().toString();
  const rows = await backend.listOccurrences(instant(from), instant(to));
  return rows.map(({ start }) => start.slice(0, 10)).sort();
}

/** The day of the next event from `from` on; of the last before it where none follows; none where there is none within three years. */
export async function nearestDay(from: Temporal.PlainDate): Promise<Temporal.PlainDate | null> {
  for (const [index, reach] of reaches.entries()) {
    const [next] = await daysBetween(from.add({ days: reaches[index - 1] ?? 0 }), from.add({ days: reach }));
    if (next) return Temporal.PlainDate.from(next);
  }
  for (const [index, reach] of reaches.entries()) {
    const last = (await daysBetween(from.subtract({ days: reach }), from.subtract({ days: reaches[index - 1] ?? 0 }))).at(-1);
    if (last) return Temporal.PlainDate.from(last);
  }
  return null;
}
