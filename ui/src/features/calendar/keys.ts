// The calendar by keyboard.
import type { Temporal } from "temporal-polyfill";

import { today } from "../../lib/dates";
import { isPlainKey } from "../../lib/keys";

export interface DayActions {
  date: Temporal.PlainDate;
  go: (date: Temporal.PlainDate) => void;
  look: (view: "month" | "week" | "agenda") => void;
  write: () => void;
  open: () => void;
}

const views: Record<string, "month" | "week" | "agenda"> = { m: "month", w: "week", a: "agenda" };

/** Takes a key that belongs to the calendar: not while text is written, a menu is open or a button has the focus. */
export function dayKeys(event: KeyboardEvent, { date, go, look, write, open }: DayActions): void {
  if (!isPlainKey(event)) return;
  const focused = event.target instanceof HTMLElement && event.target.closest("button, a, [role=button], [role=radio], aside, nav") !== null;
  const view = views[event.key.toLowerCase()];
  if (view) look(view);
  else if (event.key === "t" || event.key === "T") go(today());
  else if (event.key === "n" || event.key === "N") write();
  else if (event.key === "PageDown") go(date.add({ months: 1 }));
  else if (event.key === "PageUp") go(date.subtract({ months: 1 }));
  else if (focused) return;
  else if (event.key === "ArrowLeft") go(date.subtract({ days: 1 }));
  else if (event.key === "ArrowRight") go(date.add({ days: 1 }));
  else if (event.key === "ArrowUp") go(date.subtract({ weeks: 1 }));
  else if (event.key === "ArrowDown") go(date.add({ weeks: 1 }));
  else if (event.key === "Enter") open();
  else return;
  event.preventDefault();
}
