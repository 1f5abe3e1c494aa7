/** What one place hands to the next: too long for the hash, or none of its business. */
class Handover {
  /** Calendar files or pasted text for the import preview. */
  calendar: { kind: "files"; paths: string[] } | { kind: "text"; text: string } | null = $state.raw(null);
  /** The path of a file of guests for their import. */
  guests: string | null = $state.raw(null);
}

export const handover = new Handover();
