// The parts of a bar of answers.
import { answersWords } from "../../messages/states";

interface Counts {
  yes: number;
  maybe: number;
  no: number;
  none: number;
}

export const answerParts = ({ yes, maybe, no, none }: Counts) => [
  { id: "yes", tone: "yes" as const, label: answersWords.yes, value: yes },
  { id: "maybe", tone: "maybe" as const, label: answersWords.maybe, value: maybe },
  { id: "no", tone: "no" as const, label: answersWords.no, value: no },
  { id: "none", tone: "none" as const, label: answersWords.none, value: none },
];

/** Events that fit side by side. */
export const mostCompared = 6;
