import { backend } from "../../ipc";
import { guestImportWords } from "../../messages/guests";
import { importGuestFile } from "../frame/files";

/** Asks for a file of guests and leads to its import. */
export async function chooseGuestFile(): Promise<void> {
  const [path] = await backend.chooseFiles({ name: guestImportWords.kind, extensions: ["csv", "xlsx", "vcf", "tsv", "txt", "xls", "ods"] });
  if (path !== undefined) importGuestFile(path);
}
