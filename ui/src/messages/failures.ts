// From a failure's code to what it means and what to do: one entry for each code, checked by the compiler.
import type { Code, Failure } from "../ipc/types";

/** A failure that is put before the organizer. */
export type ShownFailure = Failure;

export interface FailureWords {
  title: string;
  /** What it means for the guests and the data. */
  meaning: string;
  /** What the one button says, and where it leads. */
  next: { label: string; to: "retry" | "accounts" | "guests" | "settings" | "log" };
}

const nothingSent = "Nothing was sent and nothing was changed.";

export const failures: Record<Code, FailureWords> = {
  not_found: { title: "It is not there any more", meaning: "It may have been deleted, here or in another window.", next: { label: "Look again", to: "retry" } },
  name_taken: { title: "This name is taken", meaning: nothingSent, next: { label: "Try again", to: "retry" } },
  invalid_input: { title: "This cannot be used as it is", meaning: nothingSent, next: { label: "Try again", to: "retry" } },
  unreadable_file: { title: "This file cannot be read", meaning: "Nothing of it was stored.", next: { label: "Try again", to: "retry" } },
  batch_refused: { title: "None of it was stored", meaning: "A batch is stored as a whole or not at all, and part of it has a fault.", next: { label: "Try again", to: "retry" } },
  ambiguous_event: { title: "This event stands in several calendars", meaning: nothingSent, next: { label: "Try again", to: "retry" } },
  missing_fields: { title: "Some guests lack a field of the message", meaning: "No guest gets a message with a gap, so nothing was sent.", next: { label: "Show guests", to: "guests" } },
  invalid_template: { title: "The message has a mistake", meaning: nothingSent, next: { label: "Try again", to: "retry" } },
  wrong_state: { title: "This is not possible right now", meaning: nothingSent, next: { label: "Look again", to: "retry" } },
  no_lease: { title: "Another copy has the right to send", meaning: "Only one copy of your data may send, so that no guest is mailed twice. Nothing was sent from here.", next: { label: "Open settings", to: "settings" } },
  needs_login: { title: "An account cannot sign in", meaning: "What is queued waits; no guest is lost.", next: { label: "Open accounts", to: "accounts" } },
  unreachable: { title: "The account cannot be reached", meaning: "What is queued waits; no guest is lost.", next: { label: "Try again", to: "retry" } },
  check_failed: { title: "The account’s check failed", meaning: nothingSent, next: { label: "Open accounts", to: "accounts" } },
  locked: { title: "Your passwords are locked", meaning: "They are sealed and cannot be opened. Nothing can be sent until they can.", next: { label: "Open settings", to: "settings" } },
  foreign_database: { title: "This is not Rollcall’s data", meaning: "The file was left as it is.", next: { label: "Try again", to: "retry" } },
  newer_database: { title: "A newer Rollcall wrote this data", meaning: "Nothing was changed in it. Update Rollcall to go on.", next: { label: "Try again", to: "retry" } },
  damaged_database: { title: "The data is damaged", meaning: "Nothing was changed in it, and nothing is sent from it.", next: { label: "Open settings", to: "settings" } },
  database_busy: { title: "Another program holds the data", meaning: "Nothing was changed. What is queued waits.", next: { label: "Try again", to: "retry" } },
  read_only: { title: "Nothing can be written there", meaning: "What was stored before is safe. Nothing is sent while it cannot be written down.", next: { label: "Try again", to: "retry" } },
  unusable_database: { title: "The data cannot be opened", meaning: "Nothing was changed in it.", next: { label: "Try again", to: "retry" } },
  disk_full: { title: "The disk is full", meaning: "What was stored before is safe. Nothing is sent while it cannot be written down.", next: { label: "Try again", to: "retry" } },
  internal: { title: "Rollcall made a mistake", meaning: "What was stored before is safe. The log helps us to mend it.", next: { label: "Save the log", to: "log" } },
};

/** A failure as text for a bug report. */
export function reportOf(failure: ShownFailure): string {
  return [failure.code, failure.message, ...Object.entries(failure.details).map(([name, value]) => `${name}: ${value}`)].join("\n");
}
