import { expect, test, vi } from "vitest";

import { announceArrivals } from "../src/features/frame/arrivals";
import { happened } from "../src/ipc";
import type { Backend } from "../src/ipc/backend";
import type { EngineEvent } from "../src/ipc/types";
import { toasts } from "../src/lib/toasts.svelte";

// What these modules look at as they are read.
vi.hoisted(() => {
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("location", { hash: "", search: "?world=empty" });
  vi.stubGlobal("addEventListener", () => undefined);
});

test("answers that come one after the other are said once, and the next ones no sooner than a minute later", async () => {
  vi.useFakeTimers();
  let tell: (event: EngineEvent) => void = () => undefined;
  const backend = { watch: (heard: typeof tell) => ((tell = heard), Promise.resolve(() => undefined)), listCampaigns: () => Promise.resolve([]) };
  await happened.connect(backend as unknown as Backend);
  let seen = false;
  announceArrivals(() => !seen);
  const came = (answers: number): void => tell({ kind: "answers", answers, bounces: 0, desk: 0 });
  const said = (): string[] => toasts.shown.map(({ text }) => text);

  came(3);
  came(9);
  expect(said(), "the others are waited for").toEqual([]);
  vi.advanceTimersByTime(2_000);
  expect(said(), "twelve are said at once").toEqual(["12 new answers."]);
  came(1);
  vi.advanceTimersByTime(30_000);
  expect(said(), "the first ones are past, the next ones wait").toEqual([]);
  vi.advanceTimersByTime(30_000);
  expect(said(), "a minute later they are said").toEqual(["1 new answer."]);
  seen = true;
  vi.advanceTimersByTime(120_000);
  came(4);
  vi.advanceTimersByTime(2_000);
  expect(said(), "where they are seen anyway nothing is said").toEqual([]);
  vi.useRealTimers();
});
