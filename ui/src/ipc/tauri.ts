// The real world: the engine behind Tauri's commands and events.
import { invoke } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { open, save } from "@tauri-apps/plugin-dialog";

import type { Backend, CommandCalls } from "./backend";
import { commands, events } from "./bindings.gen";
import { Failed } from "./failed";
import type { Failure } from "./types";

type Outcome = { status: "ok"; data: unknown } | { status: "error"; error: Failure };

function unwrapped(): CommandCalls {
  const calls = Object.entries(commands).map(([name, command]) => [
    name,
    async (...args: unknown[]): Promise<unknown> => {
      const outcome = await (command as (...args: unknown[]) => Promise<Outcome>)(...args);
      if (outcome.status === "error") throw new Failed(outcome.error);
      return outcome.data;
    },
  ]);
  return Object.fromEntries(calls) as CommandCalls;
}

export function tauriBackend(): Backend {
  return {
    ...unwrapped(),
    real: true,
    watch: (heard) => events.happened.listen((event) => heard(event.payload)),
    watchFileDrop: (heard) =>
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        switch (payload.type) {
          case "enter":
            heard({ kind: "over", paths: payload.paths });
            break;
          case "drop":
            heard({ kind: "drop", paths: payload.paths });
            break;
          case "leave":
            heard({ kind: "leave" });
            break;
          case "over":
            break;
        }
      }),
    openPage: (url) => invoke("plugin:opener|open_url", { url }),
    chooseFiles: async ({ name, extensions }) => (await open({ multiple: true, filters: [{ name, extensions }] })) ?? [],
    chooseFolder: () => open({ directory: true }),
    chooseTarget: (suggestion, { name, extensions }) => save({ defaultPath: suggestion, filters: [{ name, extensions }] }),
  };
}
