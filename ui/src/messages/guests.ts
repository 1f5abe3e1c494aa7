// Words of guests, their lists and their import.
import { count, list, plural } from "../lib/numbers";
import type { StateWords } from "./states";

export const guestWords = {
  table: "Guests",
  columns: { choose: "Choose", name: "Name", address: "Address", lists: "Lists", answer: "Last answer", state: "Mail" },
  total: (guests: number) => plural(guests, "guest"),
  search: "Search guests",
  searchHint: "Search by name or address",
  add: "Add guests",
  importFile: "Bring in a file…",
  paste: "Paste…",
  byHand: "Add by hand",
  choose: (name: string) => `Choose ${name}`,
  noName: "No name",
  noMatch: (text: string) => `Nobody here has “${text}” in their name or address.`,
  clearSearch: "Show everyone",

  emptyTitle: "Who is coming?",
  emptyText: "Bring your guests as a spreadsheet, an address book or pasted text. You see every column before anything is stored, and every import can be undone.",
  emptyFile: "Choose a file",
  emptyPaste: "Paste a list",
  emptyList: "Nobody is on this list",
  emptyListText: "Bring guests into it, or choose guests under “All guests” and add them.",
  showAll: "All guests",

  list: "List",
  allGuests: "All guests",
  listCount: (guests: number) => count(guests),
  listActions: "Lists",
  newList: "New list…",
  renameList: "Rename this list…",
  deleteList: "Delete this list",
  listTitle: "New list",
  renameTitle: "Rename the list",
  listName: "Name",
  create: "Create list",
  rename: "Rename",
  listCreated: (name: string) => `Created the list “${name}”.`,
  listRenamed: (name: string) => `The list is called “${name}” now.`,
  listDeleted: (name: string) => `Deleted the list “${name}”. Its guests are still there.`,
  invite: "Invite this list",

  bulk: "Chosen guests",
  chosen: (guests: number) => `${count(guests)} chosen`,
  chooseAll: (guests: number) => `Choose all ${count(guests)}`,
  clear: "Choose none",
  addTo: "Add to list",
  takeOff: "Take off list",
  stopMail: "Stop mail",
  allowMail: "Allow mail",
  remove: "Remove",
  added: (guests: number, name: string) => (guests === 0 ? `They are on “${name}” already.` : `Added ${plural(guests, "guest")} to “${name}”.`),
  takenOff: (guests: number, name: string) => (guests === 0 ? `None of them is on “${name}”.` : `Took ${plural(guests, "guest")} off “${name}”.`),
  stopped: (guests: number) => `${plural(guests, "guest")} will get no mail.`,
  allowed: (guests: number) => `${plural(guests, "guest")} will get mail again.`,
  removed: (guests: number) => `Removed ${plural(guests, "guest")}.`,
  allowTitle: (guests: number) => `Allow mail to ${plural(guests, "guest")}?`,
  allowText: (guests: number, all: number) =>
    `${guests === all ? (all === 1 ? "This guest" : "They") : `${count(guests)} of them`} did not stop by your hand: unsubscribed, reported mail as spam, or the address does not exist. Only go on if they asked you to.`,
  allowConfirm: "Allow mail",

  panel: "Guest",
  newGuest: "New guest",
  address: "Address",
  name: "Name",
  zone: "Time zone",
  zoneHint: "Times are written in this zone. Empty takes the event’s own.",
  clearZone: "No time zone",
  language: "Language",
  languageHint: "Such as en, es or de.",
  role: "Role",
  roles: { required: "Required", optional: "Optional", resource: "Room or equipment" } as Record<string, string>,
  then: "What this guest held on a day",
  thenDay: "At the end of",
  thenNothing: "Nothing had been sent to this guest by then.",
  thenCancelled: "They were told that it is off",
  thenSent: (kind: string, at: string, revision: number) => `${({ invitation: "Invited", update: "Told of changes", cancellation: "Told that it is off", withdrawal: "Taken off the list" } as Record<string, string>)[kind] ?? kind} ${at} · ${revision === 1 ? "first details" : `details as changed ${plural(revision - 1, "time")}`}`,
  thenUncertain: "It may not have arrived.",
  thenNow: "What the event says now:",
  thenSame: "The event still says so.",
  fields: "Own fields",
  fieldsHint: "Can be used in a message, such as {{ seat }}.",
  addField: "Add a field",
  fieldName: "Field",
  fieldValue: "Value",
  onLists: "On these lists",
  noLists: "There are no lists yet.",
  save: "Save",
  saveNew: "Add guest",
  saved: (name: string) => `Saved ${name}.`,
  created: (name: string) => `Added ${name}.`,
  removeOne: "Remove this guest",
  stopOne: "Stop mail to this guest",
  allowOne: "Allow mail again",
  lastAnswer: "Last answer",
  listNames: (names: string[]) => names.join(", "),
};

/** Whether a guest gets mail, and why not. */
export function mailWords(suppressed: string): StateWords {
  switch (suppressed) {
    case "":
      return { word: "Gets mail", tone: "none" };
    case "unsubscribed":
      return { word: "Unsubscribed", tone: "maybe" };
    case "hard_bounce":
      return { word: "Does not exist", tone: "no" };
    case "soft_bounces":
      return { word: "Mailbox takes nothing", tone: "maybe" };
    case "complaint":
      return { word: "Reported as spam", tone: "no" };
    case "by_hand":
      return { word: "Stopped by you", tone: "maybe" };
    default:
      return { word: suppressed, tone: "maybe" };
  }
}

/** The same in a sentence. */
export const mailSentences: Record<string, string> = {
  unsubscribed: "Unsubscribed, and gets no mail.",
  hard_bounce: "The address does not exist, so nothing is sent to it.",
  soft_bounces: "Their mail server put off too many messages in a row, so nothing is sent for now.",
  complaint: "Reported earlier mail as spam, and gets none any more.",
  by_hand: "You stopped mail to this guest.",
};

export const guestImportWords = {
  title: "Bring in guests",
  kind: "Guests",
  back: "All guests",

  source: "Where they are",
  chooseTitle: "Bring in your guests",
  chooseText: "Drop a .csv, .xlsx or .vcf file anywhere in this window, choose one, or paste a list. Nothing is stored before you have seen it.",
  chooseFile: "Choose a file",
  paste: "Paste a list",
  pasteLabel: "Guests",
  pasteHint: "One address a line, “Name <address>” with commas between, or cells copied from a spreadsheet.",
  look: "Look at it",
  another: "Choose another",
  sourceSentence: (source: string, rows: number) => `${source}, ${plural(rows, "row")}`,

  columns: "What the columns are",
  columnsText: "Each column with its first values, and where they go. A wrong guess is one click away.",
  columnsSentence: (names: string[], skipped: number) => `${names.length === 0 ? "Nothing is used" : `Used: ${list(names)}`}${skipped === 0 ? "" : `. Left out: ${count(skipped)}`}`,
  inFile: "In the file",
  samples: "First values",
  goesTo: "Goes to",
  column: (number: number) => `Column ${number}`,
  goesToOf: (header: string) => `Where “${header}” goes`,
  ownName: (header: string) => `Name of the field for “${header}”`,
  ownPlaceholder: "Name of the field",
  emptyColumn: "empty",
  kinds: {
    email: "E-mail address",
    name: "Name",
    first_name: "First name",
    last_name: "Last name",
    zone: "Time zone",
    language: "Language",
    role: "Role",
    consent: "Consent",
    own: "A field of your own",
    skip: "Leave out",
  },
  needsAddress: "No column holds the address. Choose which one does.",

  result: "What will happen",
  resultLabel: "Rows by what becomes of them",
  counts: { new: "New", updated: "Here already", duplicate: "Twice in the file", invalid: "Not usable", suppressed: "No mail wanted" },
  about: {
    new: () => "These come to your guests.",
    updated: (updated: number, unchanged: number) =>
      updated === 0 ? `Nothing about them changes. They are put on the list.` : `${plural(updated, "guest")} ${updated === 1 ? "gets" : "get"} new details${unchanged === 0 ? "" : `, ${count(unchanged)} ${unchanged === 1 ? "stays" : "stay"} as they are`}. All are put on the list.`,
    duplicate: () => "Only the first row of each address is used.",
    invalid: () => "These rows are left out. Take a suggestion, or mend the file and choose it again.",
    suppressed: () => "They are put on the list, and still get no mail.",
  },
  unusable: "These rows are left out. Mend the file and choose it again.",
  none: { new: "No row is new.", updated: "Nobody of these is here already.", duplicate: "No address stands there twice.", invalid: "Every row can be used.", suppressed: "All of them can get mail." },
  firstRows: (shown: number, all: number) => (shown < all ? `Shown: ${count(shown)} of ${count(all)}, from the first rows of the file.` : ""),
  rowColumns: { line: "Line", address: "Address", reason: "Why", suggestion: "Meant?", name: "Name", details: "Details" },
  warnings: "Worth a second look",
  warningsText: (rows: number) => `${plural(rows, "row")} can be used as ${rows === 1 ? "it stands" : "they stand"}, but may hold a mistake.`,
  take: (suggestion: string) => `Use ${suggestion}`,
  takeAll: (rows: number) => `Take all ${plural(rows, "suggestion")}`,
  noAddress: "no address",
  took: (rows: number) => `Took ${plural(rows, "suggestion")}.`,

  listLabel: "Into the list",
  listHint: "An existing list, or a new one by its name.",
  listPlaceholder: "Name of the list",
  apply: (guests: number, name: string) => (name === "" ? `Add ${plural(guests, "guest")}` : `Add ${plural(guests, "guest")} to “${name}”`),
  nothing: "Nothing to add",
  cancel: "Cancel",
  done: (added: number, updated: number, name: string) => `“${name}”: ${plural(added, "guest")} added${updated === 0 ? "" : `, ${count(updated)} updated`}.`,
};

/** Addresses that get no mail. */
export const stoppedWords = {
  open: "Stopped addresses",
  title: "Addresses that get no mail",
  total: (addresses: number) => plural(addresses, "address", "addresses"),
  back: "All guests",
  columns: { address: "Address", reason: "Why", evidence: "What said so", at: "Since" },
  search: "Find an address",
  add: "Address to stop",
  stop: "Stop mail",
  stopped: (address: string) => `${address} gets no mail from now on.`,
  allow: "Let mail again",
  allowed: (address: string) => `${address} gets mail again.`,
  askTitle: (address: string) => `Let mail to ${address} again?`,
  askText: "It was not stopped by you. Only go on if they asked you to, or if you know that the address works.",
  emptyTitle: "Every address gets mail",
  emptyText: "Whoever unsubscribes, reports mail as spam or has an address that does not exist stands here, with what said so.",
  noMatch: "No such address is stopped",
};
