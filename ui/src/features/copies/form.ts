// The form of a rule: what stands in it, and what it asks for.
import type { RuleForm, RuleView, WhenGone } from "../../ipc/types";
import type { Colour } from "../../lib/palette";

export interface Filled {
  target: string;
  title: string;
  words: string;
  gone: WhenGone;
  onlyComing: boolean;
  onlyConfirmed: boolean;
  colour: Colour | "";
  zone: string;
}

/** How a rule begins, or how one that is there stands. */
export function filled(known: RuleView | null, firstTarget: string): Filled {
  if (!known) return { target: firstTarget, title: "{title}", words: "", gone: "cancel", onlyComing: true, onlyConfirmed: false, colour: "", zone: "" };
  const { form } = known;
  return { target: form.target, title: form.title, words: form.words.join(", "), gone: form.gone, onlyComing: form.only_coming, onlyConfirmed: form.only_confirmed, colour: form.colour as Colour | "", zone: form.zone };
}

export function asked(source: string, typed: Filled): RuleForm {
  return {
    source,
    target: typed.target,
    title: typed.title,
    colour: typed.colour,
    zone: typed.zone,
    words: typed.words
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== ""),
    only_confirmed: typed.onlyConfirmed,
    only_coming: typed.onlyComing,
    gone: typed.gone,
  };
}
