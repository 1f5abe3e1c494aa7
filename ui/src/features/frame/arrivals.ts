// Answers that come while one works elsewhere in the window: said once for several, and no more than once a minute.
import { happened } from "../../ipc";
import { router } from "../../lib/router.svelte";
import { toasts } from "../../lib/toasts.svelte";
import { frame } from "../../messages/frame";

/** Answers seldom come alone: the others are waited for. */
const settle = 2_000;
const apart = 60_000;

/** Says them from now on, unless `wanted` thinks that they are seen anyway. */
export function announceArrivals(wanted: () => boolean): void {
  let came = 0;
  let timer = 0;

  const say = (): void => {
    timer = 0;
    if (came === 0) return;
    if (wanted()) toasts.done(`${frame.newAnswers(came)}.`, null, { label: frame.lookAtAnswers, run: () => router.go("answers") });
    came = 0;
    timer = window.setTimeout(say, apart);
  };

  happened.watch((event) => {
    if (event.kind !== "answers" || event.answers === 0) return;
    came += event.answers;
    if (timer === 0) timer = window.setTimeout(say, settle);
  });
}
