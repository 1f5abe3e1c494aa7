import { beforeEach, expect, test, vi } from "vitest";

import { toasts } from "../src/lib/toasts.svelte";

// Timers are the window’s.
vi.stubGlobal("window", globalThis);

const words = (): string[] => toasts.shown.map(({ text }) => text);

beforeEach(() => {
  vi.useFakeTimers();
  for (const { id } of toasts.shown) toasts.dismiss(id);
});

test("what can only be read makes room for what is newer", () => {
  toasts.done("12 answered");
  toasts.done("30 answered");
  expect(words(), "the newer count alone").toEqual(["30 answered"]);
});

test("a way back stays while other things are said", () => {
  toasts.done("Deleted", () => Promise.resolve());
  toasts.done("12 answered");
  toasts.failed("No line");
  toasts.done("30 answered");
  expect(words(), "the way back and the failure stay").toEqual(["Deleted", "No line", "30 answered"]);
});
