// A fake that says that it is one: the window's contents in a plain browser, over a made-up world in memory.
// `?world=empty|full|huge|failing|slow|locked` chooses the world, and `&fails=listClashes,…` what else does not answer in it; nothing of it
// is stored or sent.
import type { Backend, CommandCalls, FileDrop } from "../backend";
import { accountCalls } from "./accounts";
import { answerCalls } from "./answers";
import { appCalls } from "./app";
import { byMailCalls } from "./bymail";
import { calendarCalls } from "./calendars";
import { campaignCalls } from "./campaigns";
import { connectedCalls } from "./connected";
import { copyCalls } from "./copies";
import { deskCalls } from "./desk";
import { eventCalls } from "./events";
import { guestCalls } from "./guests";
import { historyCalls } from "./history";
import { refuse } from "./refuse";
import { makeWorld, type World, type WorldKind } from "./world";

const kinds: readonly WorldKind[] = ["empty", "full", "huge", "failing", "slow", "locked"];
const delays: Record<WorldKind, number> = { empty: 15, full: 15, huge: 40, failing: 60, slow: 1500, locked: 15 };
/** What still answers in the failing world, as settings do when a disk is full. */
const unharmed = new Set(["getSetting"]);

function later<Calls extends Partial<CommandCalls>>(world: World, failing: ReadonlySet<string>, calls: Calls): Calls {
  const wrapped = Object.entries(calls).map(([name, call]) => [
    name,
    async (...args: unknown[]): Promise<unknown> => {
      await new Promise((resolve) => setTimeout(resolve, delays[world.kind]));
      if (failing.has(name) || (world.kind === "failing" && !unharmed.has(name))) refuse("disk_full", "The disk that holds your data is full: 0 bytes left on /home. Free some space, then try again.", { path: "/home", free: "0", command: name });
      return structuredClone(await (call as (...args: unknown[]) => Promise<unknown>)(...args));
    },
  ]);
  return Object.fromEntries(wrapped) as Calls;
}

export function fakeBackend(search: string): Backend {
  const asked = new URLSearchParams(search);
  const wanted = asked.get("world");
  const failing = new Set((asked.get("fails") ?? "").split(","));
  const world = makeWorld(kinds.find((kind) => kind === wanted) ?? "full");
  console.info(`Rollcall runs in a plain browser: everything here is made up (world “${world.kind}”), nothing is stored or sent.`);
  return {
    ...later(world, failing, { ...calendarCalls(world), ...eventCalls(world), ...historyCalls(world), ...guestCalls(world), ...accountCalls(world), ...connectedCalls(world), ...copyCalls(world), ...byMailCalls(world), ...campaignCalls(world), ...answerCalls(world), ...deskCalls(world), ...appCalls(world) }),
    real: false,
    watch: (heard) => {
      world.heard.add(heard);
      return Promise.resolve(() => world.heard.delete(heard));
    },
    watchFileDrop: (heard) => {
      const names = (event: DragEvent): string[] => Array.from(event.dataTransfer?.files ?? [], (file) => file.name);
      const say = (kind: FileDrop["kind"]) => (event: DragEvent) => {
        event.preventDefault();
        heard(kind === "leave" ? { kind } : { kind, paths: names(event) });
      };
      const listeners = { dragover: say("over"), drop: say("drop"), dragleave: say("leave") };
      for (const [name, listener] of Object.entries(listeners)) addEventListener(name as "drop", listener);
      return Promise.resolve(() => {
        for (const [name, listener] of Object.entries(listeners)) removeEventListener(name as "drop", listener);
      });
    },
    openPage: (address) => {
      console.info(`The browser would open ${address}`);
      return Promise.resolve();
    },
    chooseFiles: ({ extensions }) => Promise.resolve([`season.${extensions[0] ?? "ics"}`]),
    chooseFolder: () => Promise.resolve("/media/stick"),
    chooseTarget: (suggestion) => Promise.resolve(suggestion),
  };
}
