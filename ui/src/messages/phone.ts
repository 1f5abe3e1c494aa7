// Words of answers that the organizer enters in a guest's place.
import { answersWords } from "./states";

export const phone = {
  column: "Phone",
  act: "Enter an answer",
  actFor: (guest: string) => `Enter what ${guest} said`,
  title: (whose: string) => `What did ${whose} say?`,
  text: "By phone or in person. It is marked as entered by you, and stands until they say something else themselves.",
  answer: "Answer",
  options: [
    { value: "yes", label: answersWords.yes },
    { value: "maybe", label: answersWords.maybe },
    { value: "no", label: answersWords.no },
    { value: "none", label: answersWords.none },
  ] as const,
  note: "Note",
  noteHint: "How you know, such as “rang on Monday”. May be empty.",
  enter: { yes: "Enter Yes", maybe: "Enter Maybe", no: "Enter No", none: "Take the answer away" },
  done: (whose: string) => `Entered for ${whose}.`,
  marked: "Entered by you",
  takeBack: "Take it back",
  takenBack: "Taken back.",
};
