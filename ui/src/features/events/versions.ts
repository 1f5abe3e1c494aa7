// The versions of an event for a list: a machine that writes an event again and again leaves thousands.
import type { VersionView } from "../../ipc/types";

/** So many are shown at first, and with each step back in time. */
export const versionsAtOnce = 50;

export const newestFirst = (versions: VersionView[]): VersionView[] => [...versions].sort((left, right) => right.number - left.number);
