// Wall-clock times as `HH:MM`, and how a person types one.
import { time } from "./dates";

/** "1530", "15.30", "3:30 pm", "3p" → "15:30"; null for what is no time. */
export function parseTime(typed: string): string | null {
  const match = /^\s*(\d{1,2})(?:[:.h\s]?(\d{2}))?\s*([ap])?\.?m?\.?\s*$/i.exec(typed);
  if (!match) return null;
  const [, hours = "", minutes = "0", half] = match;
  let hour = Number(hours);
  if (half) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  }
  if (hour > 23 || Number(minutes) > 59) return null;
  return `${String(hour).padStart(2, "0")}:${minutes.padStart(2, "0")}`;
}

/** "15:30" as it is written here. */
export function formatTime(clock: string): string {
  return time(`2027-01-01T${clock}:00`);
}

/** Every quarter of an hour. */
export const quarters: string[] = Array.from({ length: 96 }, (_, index) => `${String(Math.floor(index / 4)).padStart(2, "0")}:${String((index % 4) * 15).padStart(2, "0")}`);
