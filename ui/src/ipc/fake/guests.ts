// Guests, lists and their import in the made-up world.
import type { CommandCalls } from "../backend";
import type { GuestListView, GuestPreview, GuestProblem, GuestView } from "../types";
import { makeGuests } from "./people";
import { found, refuse } from "./refuse";
import { changed, freshId, type World } from "./world";

type Calls = Pick<CommandCalls, "listGuests" | "showGuest" | "saveGuest" | "deleteGuests" | "restoreGuests" | "listGuestLists" | "createGuestList" | "renameGuestList" | "deleteGuestList" | "restoreGuestList" | "addToList" | "removeFromList" | "previewGuests" | "remapGuests" | "correctGuests" | "applyGuests" | "undoGuestImport" | "suppressGuests" | "listSuppressions" | "addSuppressions" | "liftSuppressions">;

function preview(id: string, source: string): GuestPreview {
  // A guest who is not stored yet has no number.
  const guests = makeGuests(100).map((guest, index) => ({ ...guest, id: index % 12 === 3 ? guest.id : "0", lists: [] }));
  const sample = guests.slice(0, 6).map((guest) => [guest.first_name, guest.last_name, guest.address, guest.fields["seat"] ?? "", "2026"]);
  const columns = ["First name", "Surname", "Contact", "Seat", "Since"];
  const fields: GuestPreview["columns"][number]["field"][] = [{ kind: "first_name" }, { kind: "last_name" }, { kind: "email" }, { kind: "own", name: "seat" }, { kind: "skip" }];
  return {
    id,
    source,
    suggested_list: source.replace(/\.\w+$/, ""),
    columns: columns.map((header, index) => ({ index, header, samples: sample.slice(0, 3).map((row) => row[index] ?? ""), field: fields[index] ?? { kind: "skip" } })),
    sample,
    rows: 4_906,
    new: 4_731,
    updated: 12,
    unchanged: 60,
    duplicate: 2,
    suppressed: 31,
    invalid: [
      { line: 214, address: "hannah@@example.org", reason: "An address has one @.", suggestion: "hannah@example.org" },
      { line: 1_880, address: "", reason: "The row has no address.", suggestion: "" },
      { line: 3_002, address: "liam.example.org", reason: "An address has one @.", suggestion: "" },
    ],
    duplicates: [
      { line: 402, address: "amaraabbott0@example.org", reason: "Stands on line 2 already.", suggestion: "" },
      { line: 977, address: "benbaptiste1@mail.example", reason: "Stands on line 3 already.", suggestion: "" },
    ],
    warnings: [{ line: 88, address: "rosa@gmial.com", reason: "gmial.com looks like a typo.", suggestion: "rosa@gmail.com" }],
    guests,
  };
}

export function guestCalls(world: World): Calls {
  const previews = new Map<string, GuestPreview>();
  const imports = new Map<string, { list: string; guests: GuestView[]; fresh: boolean }>();
  const list = (id: string): World["lists"][number] => found(world.lists.find((known) => known.id === id), "list", id);
  /** With the names of its lists. */
  const shown = (guest: GuestView): GuestView => ({ ...guest, lists: guest.lists.flatMap((id) => world.lists.filter((one) => one.id === id && !one.deleted).map(({ name }) => name)) });
  const view = ({ id, name }: GuestListView): GuestListView => ({ id, name, guests: world.guests.filter((guest) => guest.lists.includes(id)).length });
  const keep = (source: string): GuestPreview => {
    const made = preview(freshId(world), source);
    previews.set(made.id, made);
    return made;
  };
  const make = (name: string): World["lists"][number] => {
    const known = world.lists.find((one) => !one.deleted && one.name === name);
    if (known) refuse("name_taken", `There is a list “${name}” already. Choose another name.`, { what: "list", name });
    const made = { id: freshId(world), name, guests: 0, deleted: false };
    world.lists.push(made);
    changed(world, "guests");
    return made;
  };
  return {
    listGuests: async ({ search = "", list: on = "", from = 0, limit = 100 }) => {
      const wanted = search.toLowerCase();
      const rows = world.guests.filter((guest) => (on === "" || guest.lists.includes(on)) && (wanted === "" || `${guest.name} ${guest.address}`.toLowerCase().includes(wanted)));
      return { rows: rows.slice(from, from + limit).map(shown), total: rows.length };
    },
    showGuest: async (id) => shown(found(world.guests.find((guest) => guest.id === id), "guest", id)),
    saveGuest: async (id, draft, on) => {
      const address = (draft.address ?? "").trim();
      if (!/^[^@\s]+@[^@\s]+$/.test(address)) refuse("invalid_input", `“${address}” is not an address. It needs one @, such as name@example.org.`, { field: "address" });
      const [first = "", ...rest] = (draft.name ?? "").split(" ");
      const values = { address, name: draft.name ?? "", first_name: first, last_name: rest.join(" "), zone: draft.zone ?? "", language: draft.language ?? "", role: draft.role ?? "required", fields: draft.fields ?? {} };
      const known = world.guests.find((guest) => guest.id === id);
      const saved: GuestView = known ? Object.assign(known, values) : { id: freshId(world), lists: on === "" ? [] : [on], last_answer: "", suppressed: "", ...values };
      if (!known) world.guests.unshift(saved);
      changed(world, "guests");
      return shown(saved);
    },
    deleteGuests: async (ids) => {
      const gone = new Set(ids);
      world.deletedGuests.push(...world.guests.filter((guest) => gone.has(guest.id)));
      world.guests = world.guests.filter((guest) => !gone.has(guest.id));
      changed(world, "guests");
      return null;
    },
    restoreGuests: async (ids) => {
      const back = new Set(ids);
      world.guests.unshift(...world.deletedGuests.filter((guest) => back.has(guest.id)));
      world.deletedGuests = world.deletedGuests.filter((guest) => !back.has(guest.id));
      changed(world, "guests");
      return null;
    },
    listGuestLists: async () => world.lists.filter((one) => !one.deleted).map(view),
    createGuestList: async (name) => view(make(name)),
    renameGuestList: async (id, name) => {
      list(id).name = name;
      changed(world, "guests");
      return view(list(id));
    },
    deleteGuestList: async (id) => {
      list(id).deleted = true;
      changed(world, "guests");
      return null;
    },
    restoreGuestList: async (id) => {
      list(id).deleted = false;
      changed(world, "guests");
      return view(list(id));
    },
    addToList: async (id, guests) => {
      for (const guest of world.guests) if (guests.includes(guest.id) && !guest.lists.includes(id)) guest.lists = [...guest.lists, id];
      changed(world, "guests");
      return null;
    },
    removeFromList: async (id, guests) => {
      for (const guest of world.guests) if (guests.includes(guest.id)) guest.lists = guest.lists.filter((one) => one !== id);
      changed(world, "guests");
      return null;
    },
    previewGuests: async (source) => keep(source.kind === "file" ? (source.path.split(/[\\/]/).at(-1) ?? source.path) : "Pasted guests"),
    remapGuests: async (id, columns) => {
      const made = found(previews.get(id), "preview", id);
      const mapped = { ...made, columns: made.columns.map((column, index) => ({ ...column, field: columns[index] ?? column.field })) };
      previews.set(id, mapped);
      return mapped;
    },
    correctGuests: async (id, lines) => {
      const made = found(previews.get(id), "preview", id);
      const kept = (problems: GuestProblem[]): GuestProblem[] => problems.filter(({ line, suggestion }) => suggestion === "" || !lines.includes(line));
      const invalid = kept(made.invalid);
      const corrected = { ...made, invalid, warnings: kept(made.warnings), new: made.new + made.invalid.length - invalid.length };
      previews.set(id, corrected);
      return corrected;
    },
    applyGuests: async (id, name) => {
      const made = found(previews.get(id), "preview", id);
      const known = world.lists.find((one) => !one.deleted && (one.id === name || one.name === name));
      const target = known ?? make(name);
      const guests = made.guests.map((guest) => ({ ...guest, id: freshId(world), lists: [target.id], last_answer: "" }));
      world.guests.unshift(...guests);
      const result = freshId(world);
      imports.set(result, { list: target.id, guests, fresh: !known });
      changed(world, "guests");
      return { id: result, list: target.id, list_name: target.name, new: made.new, updated: made.updated, duplicate: made.duplicate, invalid: made.invalid.length, suppressed: made.suppressed };
    },
    undoGuestImport: async (id) => {
      const done = found(imports.get(id), "import", id);
      const gone = new Set(done.guests.map((guest) => guest.id));
      world.guests = world.guests.filter((guest) => !gone.has(guest.id));
      if (done.fresh) world.lists = world.lists.filter((one) => one.id !== done.list);
      changed(world, "guests");
      return null;
    },
    listSuppressions: async (search, cursor, limit) => {
      const all = world.guests.filter(({ suppressed, address }) => suppressed !== "" && address.includes(search));
      const from = Number(cursor || 0);
      const rows = all.slice(from, from + limit).map(({ id, address, suppressed }) => ({ id, address, reason: suppressed, words: suppressed, evidence: suppressed === "hard_bounce" ? "550 5.1.1 No such user here" : "", receipt: suppressed === "by_hand" ? "" : "m5", at: new Date(Date.now() - 86_400_000).toISOString() }));
      return { rows, total: all.length, next: from + limit < all.length ? String(from + limit) : "" };
    },
    addSuppressions: async (addresses) => {
      for (const guest of world.guests) if (addresses.includes(guest.address)) guest.suppressed = "by_hand";
      changed(world, "guests");
      return addresses.length;
    },
    liftSuppressions: async (addresses) => {
      for (const guest of world.guests) if (addresses.includes(guest.address)) guest.suppressed = "";
      changed(world, "guests");
      return addresses.length;
    },
    suppressGuests: async (ids, suppressed) => {
      for (const guest of world.guests) if (ids.includes(guest.id)) guest.suppressed = suppressed ? "by_hand" : "";
      changed(world, "guests");
      return null;
    },
  };
}
