// The words of answers and deliveries, wherever they stand; each with the colour of its meaning.
import Flag from "@lucide/svelte/icons/flag";
import Undo2 from "@lucide/svelte/icons/undo-2";
import X from "@lucide/svelte/icons/x";

import type { CampaignStatus } from "../ipc/types";
import type { Icon } from "../lib/icon";
import type { Tone } from "../lib/tone";
import { campaigns } from "./campaigns";

export const answersWords = {
  yes: "Yes",
  maybe: "Maybe",
  no: "No",
  none: "No answer",
  accepted: "Sent",
  refused: "Refused",
  uncertain: "Uncertain",
  queued: "Still to send",
};

export interface StateWords {
  word: string;
  tone: Tone;
  /** Where its colour is another state's too. */
  icon?: Icon;
}

/** What a guest said; empty is no answer. */
export function answerWords(answer: string): StateWords {
  switch (answer) {
    case "yes":
      return { word: answersWords.yes, tone: "yes" };
    case "maybe":
      return { word: answersWords.maybe, tone: "maybe" };
    case "no":
      return { word: answersWords.no, tone: "no" };
    default:
      return { word: answersWords.none, tone: "none" };
  }
}

/** What became of a message. */
export function deliveryWords(state: string): StateWords {
  const word = campaigns.deliveryStates[state] ?? state;
  switch (state) {
    case "accepted":
      return { word, tone: "yes" };
    case "refused":
      return { word, tone: "no", icon: X };
    case "bounced":
      return { word, tone: "no", icon: Undo2 };
    case "complained":
      return { word, tone: "no", icon: Flag };
    case "uncertain":
      return { word, tone: "uncertain" };
    case "retry":
      return { word, tone: "maybe" };
    default:
      return { word, tone: "none" };
  }
}

/** How far a campaign is. */
export function campaignWords({ state, accepted }: CampaignStatus): StateWords {
  const word = campaigns.states[state] ?? state;
  switch (state) {
    case "sending":
    case "scheduled":
      return { word, tone: "accent" };
    case "done":
      // Everything was tried, and nothing is known to have been taken.
      return accepted === 0 ? { word: campaigns.nothingTaken, tone: "none" } : { word, tone: "yes" };
    case "paused":
      return { word, tone: "maybe" };
    default:
      return { word, tone: "none" };
  }
}
