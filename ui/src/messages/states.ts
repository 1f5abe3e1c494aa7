// The words of answers and deliveries, wherever they stand; each with the colour of its meaning.
import type { Tone } from "../lib/tone";

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
