// The one door to the engine. Inside Tauri it is the real one; in a plain browser a fake that says that it is one.
import type { Backend } from "./backend";
import { fakeBackend } from "./fake";
import { tauriBackend } from "./tauri";

export type { Backend, FileDrop, FileKind } from "./backend";
export { attempt } from "./attempt";
export { Failed, failureOf, hasCode } from "./failed";
export { happened } from "./happened.svelte";
export { Pages } from "./pages.svelte";
export { Query, query, type Reading } from "./query.svelte";

export const backend: Backend = "__TAURI_INTERNALS__" in window ? tauriBackend() : fakeBackend(location.search);
