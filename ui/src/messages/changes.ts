// Words of changes: what guests hold that is no longer true, and whom to tell.
import { plural } from "../lib/numbers";

export const changes = {
  emptyTitle: "Everyone has the current details",
  emptyText: "When an event changes after guests were told, it stands here, with who should hear of it.",
  subtitle: (events: number) => `${plural(events, "event")} changed since guests were told`,
  cancelled: "Cancelled",
  hold: (guests: number) => `${plural(guests, "guest")} ${guests === 1 ? "holds" : "hold"} the old details`,
  holdCancelled: (guests: number) => `${plural(guests, "guest")} still ${guests === 1 ? "has" : "have"} it in their calendar`,
  tell: "Tell",
  options: { all: "Everyone who holds it", affected: "Only those it concerns", "yes-maybe": "Yes and Maybe" },
  optionsCancelled: { all: "Also those who have not answered", affected: "Only those it concerns", "yes-maybe": "Yes and Maybe" },
  message: "A word of your own",
  messageHint: "Stands above the new details. May stay empty.",
  update: (mails: number) => `Update ${plural(mails, "guest")}`,
  cancel: (mails: number) => `Tell ${plural(mails, "guest")} it is cancelled`,
  nobody: "Nobody to tell",
  sent: (title: string) => `Telling guests about “${title}”.`,
  fields: {
    summary: "Title",
    description: "Description",
    place: "Place",
    start: "Start",
    end: "End",
    all_day: "Whole day",
    recurrence: "Repeats",
    status: "State",
    url: "Link",
    video_link: "Video call",
  } as Record<string, string>,
  answers: "What they said",
};
