// A guest as the form has it.
import type { GuestDraft, GuestView } from "../../ipc/types";

export interface GuestForm {
  address: string;
  name: string;
  zone: string;
  language: string;
  role: string;
  fields: { name: string; value: string }[];
}

export const blankForm: GuestForm = { address: "", name: "", zone: "", language: "", role: "required", fields: [] };

export function formOf({ address, name, zone, language, role, fields }: GuestView): GuestForm {
  return { address, name, zone, language, role: role || "required", fields: Object.entries(fields).map(([field, value]) => ({ name: field, value })) };
}

/** What is stored of a form: fields without a name or a value fall away. */
export function draftOf({ address, name, zone, language, role, fields }: GuestForm): GuestDraft {
  const filled = fields.filter((field) => field.name.trim() !== "" && field.value.trim() !== "");
  return { address: address.trim(), name: name.trim(), zone, language: language.trim(), role, fields: Object.fromEntries(filled.map((field) => [field.name.trim(), field.value.trim()])) };
}
