// What the window asks of the world outside it. Derived from the generated commands, so that neither side can drift:
// `tauri.ts` is the real one, `fake/` an in-memory one that lets the window open in a plain browser.
import type { commands } from "./bindings.gen";
import type { EngineEvent } from "./types";

type Commands = typeof commands;

type Data<Command extends keyof Commands> = Extract<Awaited<ReturnType<Commands[Command]>>, { status: "ok" }>["data"];

/** Every command by its name; a refusal rejects with `Failed`. */
export type CommandCalls = {
  [Command in keyof Commands]: (...args: Parameters<Commands[Command]>) => Promise<Data<Command>>;
};

/** Files that hover over the window or were let go. */
export type FileDrop = { kind: "over"; paths: string[] } | { kind: "drop"; paths: string[] } | { kind: "leave" };

/** Which files a dialog offers, e.g. `{ name: "Calendars", extensions: ["ics"] }`. */
export interface FileKind {
  name: string;
  extensions: string[];
}

export interface Backend extends CommandCalls {
  /** False where the world is made up. */
  readonly real: boolean;
  /** Calls back for each engine event until the returned function is called. */
  watch(heard: (event: EngineEvent) => void): Promise<() => void>;
  /** Calls back while files are dragged over the window. */
  watchFileDrop(heard: (drop: FileDrop) => void): Promise<() => void>;
  /** Opens a page in the system's browser. */
  openPage(address: string): Promise<void>;
  /** Asks for files to read; empty when the organizer thinks better of it. */
  chooseFiles(kind: FileKind): Promise<string[]>;
  /** Asks for a folder; null when the organizer thinks better of it. */
  chooseFolder(): Promise<string | null>;
  /** Asks where to write; null when the organizer thinks better of it. */
  chooseTarget(suggestion: string, kind: FileKind): Promise<string | null>;
}
