// The engine's events, once for the whole window.
import type { Backend } from "./backend";
import type { CampaignStatus, Changed, EngineEvent } from "./types";

export interface Sending {
  campaign: string;
  name: string;
  status: CampaignStatus;
}

export interface Progress {
  work: string;
  done: number;
  total: number;
}

/** Work of this name is a look at a connected calendar, whose id follows. */
const syncWork = "sync:";

/** How long a finished campaign stays on the bar at the bottom, and how many do. */
const lingers = 30_000;
const mostEnded = 2;

const ended = new Set(["done", "stopped", "draft"]);

class Happened {
  /** Campaigns on their way, by id, newest word each. */
  sending: Record<string, Sending> = $state.raw({});
  /** Long pieces of work on their way, by name. */
  progress: Record<string, Progress> = $state.raw({});
  /** Connected calendars that are being looked at, by id: events read and written so far. */
  syncing: Record<string, number> = $state.raw({});
  #watchers = new Set<(event: EngineEvent) => void>();

  #watched = false;
  /** Finished and still on the bar, the oldest first; and finished and taken off it. */
  #ended: string[] = [];
  #gone = new Set<string>();

  async connect(backend: Backend): Promise<void> {
    if (!this.#watched) await backend.watch((event) => this.#take(event));
    this.#watched = true;
    for (const { id, name, status } of await backend.listCampaigns()) {
      if (!ended.has(status.state) && status.state !== "scheduled") this.sending = { ...this.sending, [id]: { campaign: id, name, status } };
    }
  }

  /** Calls back for each event until the returned function is called. */
  watch(heard: (event: EngineEvent) => void): () => void {
    this.#watchers.add(heard);
    return () => this.#watchers.delete(heard);
  }

  /** Calls back when rows of one of these kinds changed. */
  onChange(kinds: Changed[], heard: () => void): () => void {
    return this.watch((event) => {
      if (event.kind === "changed" && event.what.some((what) => kinds.includes(what))) heard();
    });
  }

  /** Calls back when a look at a connected calendar is over. */
  onSynced(heard: () => void): () => void {
    return this.watch((event) => {
      if (event.kind === "progress" && event.work.startsWith(syncWork) && event.total > 0) heard();
    });
  }

  /** Takes a finished campaign off the bar at the bottom. */
  dismiss(campaign: string): void {
    this.#ended = this.#ended.filter((id) => id !== campaign);
    this.#gone.add(campaign);
    this.sending = Object.fromEntries(Object.entries(this.sending).filter(([id]) => id !== campaign));
  }

  /** Forgets all of it: another world is shown now. */
  clear(): void {
    this.sending = {};
    this.progress = {};
    this.syncing = {};
    this.#ended = [];
    this.#gone.clear();
  }

  #keep(sending: Sending): void {
    const { campaign, status } = sending;
    const over = ended.has(status.state);
    if (!over) this.#gone.delete(campaign);
    if (this.#gone.has(campaign)) return;
    this.sending = { ...this.sending, [campaign]: sending };
    this.#ended = this.#ended.filter((id) => over || id !== campaign);
    if (!over || this.#ended.includes(campaign)) return;
    this.#ended.push(campaign);
    for (const oldest of this.#ended.slice(0, -mostEnded)) this.dismiss(oldest);
    setTimeout(() => {
      if (this.#ended.includes(campaign)) this.dismiss(campaign);
    }, lingers);
  }

  /** How many events there are is not known before the end. */
  #look(calendar: string, { done, total }: { done: number; total: number }): void {
    if (total === 0) this.syncing = { ...this.syncing, [calendar]: done };
    else this.syncing = Object.fromEntries(Object.entries(this.syncing).filter(([id]) => id !== calendar));
  }

  #take(event: EngineEvent): void {
    let turned = false;
    switch (event.kind) {
      case "sending": {
        const before = this.sending[event.campaign]?.status;
        // A campaign that begins or ends, and the first message that leaves, is news to more than its own bar.
        turned = before?.state !== event.status.state || (before.accepted === 0 && event.status.accepted > 0);
        this.#keep(event);
        break;
      }
      case "progress":
        if (event.work.startsWith(syncWork)) {
          this.#look(event.work.slice(syncWork.length), event);
          break;
        }
        this.progress =
          event.done >= event.total
            ? Object.fromEntries(Object.entries(this.progress).filter(([work]) => work !== event.work))
            : { ...this.progress, [event.work]: event };
        break;
      case "answers":
      case "changed":
        break;
    }
    for (const heard of this.#watchers) heard(event);
    if (turned) this.#take({ kind: "changed", what: ["campaigns"] });
  }
}

export const happened = new Happened();
