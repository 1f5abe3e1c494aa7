// How an account stands, in one line.
import Clock from "@lucide/svelte/icons/clock";

import type { CalendarAccountView, MirrorView } from "../../ipc/types";
import { clock, moment, plainDate } from "../../lib/dates";
import type { Icon } from "../../lib/icon";
import type { Tone } from "../../lib/tone";
import { connectedWords as words } from "../../messages/connected";

export interface Standing {
  tone: Tone;
  text: string;
  icon?: Icon;
}

/** "14:02" today, "2 March, 09:14" before. */
export function timeOf(instant: string): string {
  const at = new Date(instant);
  return plainDate(at) === plainDate(new Date()) ? clock(at) : moment(instant);
}

export function standingOf({ state, words: problem, calendars }: CalendarAccountView): Standing {
  if (state === "waiting") return { tone: "none", text: problem, icon: Clock };
  if (state === "needs_login") return { tone: "maybe", text: problem };
  if (state === "failed") return { tone: "no", text: problem };
  if (calendars.length === 0) return { tone: "none", text: words.nothingChosen };
  if (calendars.some(({ synced_at }) => synced_at === "")) return { tone: "accent", text: words.reading };
  const oldest = calendars.map(({ synced_at }) => synced_at).reduce((left, right) => (Date.parse(left) < Date.parse(right) ? left : right));
  return { tone: "yes", text: words.synced(timeOf(oldest), calendars.reduce((sum, { changes }) => sum + changes, 0)) };
}

/** Nothing goes on until somebody does something. */
export const wantsSomebody = ({ state }: { state: CalendarAccountView["state"] }): boolean => state === "needs_login" || state === "failed";

/** What is to be said of a mirrored calendar beside its name; empty where all is well. */
export function noteOf({ problem, troubled }: MirrorView): string {
  if (problem !== "") return problem;
  return troubled.length > 0 ? words.troubled(troubled.length) : "";
}
