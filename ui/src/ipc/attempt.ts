import { toasts } from "../lib/toasts.svelte";
import { failureOf } from "./failed";

/** Does a piece of work that the organizer asked for; a failure becomes a toast with the engine's sentence, and null. */
export async function attempt<T>(work: () => Promise<T>): Promise<{ value: T } | null> {
  try {
    return { value: await work() };
  } catch (thrown) {
    toasts.failed(failureOf(thrown).message);
    return null;
  }
}
