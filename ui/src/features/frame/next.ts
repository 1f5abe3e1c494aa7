import { attempt, backend } from "../../ipc";
import { router } from "../../lib/router.svelte";
import type { FailureWords } from "../../messages/failures";

/** Does what the one button of a failure says. */
export const nextStep = (retry: () => void) => (to: FailureWords["next"]["to"]): void => {
  switch (to) {
    case "retry":
      retry();
      break;
    case "accounts":
    case "settings":
      router.go("settings");
      break;
    case "guests":
      router.go("guests");
      break;
    case "log":
      void attempt(async () => {
        const path = await backend.chooseTarget("rollcall.log", { name: "Log", extensions: ["log"] });
        if (path !== null) await backend.exportLog(path);
      });
      break;
  }
};
