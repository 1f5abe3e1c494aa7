import { backend } from "../../ipc";
import type { EventDetail } from "../../ipc/types";

/** The way back to an event as it is in `detail`. */
export function undoTo(detail: EventDetail): () => Promise<unknown> {
  const version = Math.max(0, ...detail.versions.map((known) => known.number));
  return () => backend.restoreEvent(detail.id, version);
}
