// Addresses of the made-up world that take invitations, and everything that can become of one.
import type { CommandCalls } from "../backend";
import type { CommandForm, CommandLogView, WordingView } from "../types";
import { found, refuse } from "./refuse";
import { changed, freshId, type World } from "./world";

type Calls = Pick<
  CommandCalls,
  "listMailCommands" | "suggestCommandAddress" | "addMailCommand" | "showMailCommand" | "changeMailCommand" | "removeMailCommand" | "listCommandLog" | "listCommandWordings" | "putCommandWording"
>;

export type StoredCommand = CommandForm & { id: string; problem: string };

const address = "tickets+create@bears.example";
const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

export function mailCommands(): StoredCommand[] {
  return [
    { id: "c1", address, inbox: "i1", calendar: "1", sender: "s1", allowed: ["coach@bears.example", "office@bears.example"], trusts_silence: false, problem: "" },
    {
      id: "c2",
      address: "games@bears.example",
      inbox: "i1",
      calendar: "3",
      sender: "s1",
      allowed: ["kim.board@bears.example"],
      trusts_silence: false,
      problem: "Every invitation is refused, because nobody can tell a forged one: this inbox does not say which server checks its mail. Give the inbox the name of that server (the first word of “Authentication-Results” in any message of it), or allow invitations that nobody checked.",
    },
  ];
}

export function commandLog(): CommandLogView[] {
  let receipt = 1;
  const came = (hours: number, subject: string, outcome: string, part: Partial<CommandLogView> = {}): CommandLogView => ({
    at: ago(hours),
    address,
    from: "coach@bears.example",
    subject,
    outcome,
    detail: "",
    uid: "",
    event: "",
    reply: "sent",
    reply_problem: "",
    receipt: `command${receipt++}`,
    ...part,
  });
  return [
    came(0.2, "Invitation: Film session @ Tue 9 March 18:00", "created", { event: "101", reply: "due" }),
    came(3, "Updated invitation: Bears v Packers", "updated", { event: "101", detail: "start: Sat 14 March, 13:00 → Sat 14 March, 15:30; place: Soldier Field → Soldier Field, north gate" }),
    came(26, "Canceled event: Press breakfast", "cancelled", { event: "102", reply: "lost", reply_problem: "550 5.1.1 nobody here of that name" }),
    came(27, "Invitation: Team photo", "failed", { detail: "It holds several events at once. Invite this address to each of them." }),
    came(50, "Cheap tickets for every event", "refused", { from: "eve@tickets.example", reply: "none", detail: "eve@tickets.example is not among those who may send invitations to tickets+create@bears.example" }),
    came(51, "Invitation: Film session", "unchanged", { reply: "none", detail: "It was followed before, or what came later already says otherwise." }),
    came(75, "", "created", { event: "102", reply: "handed" }),
  ];
}

function wordings(): WordingView[] {
  return [
    { kind: "created", subject: "Created: {{ event.summary }}", body: "This event is now in the calendar “{{ calendar }}”. Changes that you save in your own calendar follow by themselves.", version: 0 },
    { kind: "updated", subject: "Updated: {{ event.summary }}", body: "This event was changed in the calendar “{{ calendar }}”.\n\nGuests who were invited to it are told when you say so, under Changes.", version: 2 },
    { kind: "cancelled", subject: "Cancelled: {{ event.summary }}", body: "This is cancelled in the calendar “{{ calendar }}”.", version: 0 },
    { kind: "failed", subject: "Not done: {{ subject }}", body: "Your message to {{ address }} changed nothing.\n\n{{ details }}", version: 0 },
  ];
}

export function byMailCalls(world: World): Calls {
  const words = wordings();
  const one = (wanted: string): StoredCommand => found(world.mailCommands.find((command) => command.address === wanted), "command", wanted);
  const nameOf = (all: { id: string; label?: string; name?: string }[], id: string): string => {
    const known = all.find((thing) => thing.id === id);
    return known?.label ?? known?.name ?? "";
  };
  const view = ({ inbox, calendar, sender, ...rest }: StoredCommand): Awaited<ReturnType<Calls["addMailCommand"]>> => ({ ...rest, inbox: nameOf(world.accounts, inbox), calendar: nameOf(world.calendars, calendar), sender: nameOf(world.accounts, sender) });
  return {
    listMailCommands: async () => world.mailCommands.map(view),
    suggestCommandAddress: async (inbox) => found(world.accounts.find((account) => account.id === inbox), "inbox", inbox).address.replace("@", "+create@"),
    addMailCommand: async (form) => {
      if (world.mailCommands.some((command) => command.address === form.address)) refuse("name_taken", `${form.address} takes invitations already. Change it, or choose another address.`, { what: "command", name: form.address });
      if (world.accounts.some((account) => account.role === "inbox" && account.address === form.address))
        refuse("invalid_input", `${form.address} is where the answers of your guests arrive. Choose an address of its own for invitations, such as ${form.address.replace("@", "+create@")}.`, { field: "address" });
      const added = { ...form, id: freshId(world), problem: "" };
      world.mailCommands.push(added);
      changed(world, "accounts");
      return view(added);
    },
    showMailCommand: async (wanted) => one(wanted),
    changeMailCommand: async (form) => {
      const changedNow = Object.assign(one(form.address), form);
      changed(world, "accounts");
      return view(changedNow);
    },
    removeMailCommand: async (wanted) => {
      one(wanted);
      world.mailCommands = world.mailCommands.filter((command) => command.address !== wanted);
      changed(world, "accounts");
      return null;
    },
    listCommandLog: async (wanted, limit) => world.commandLog.filter((came) => wanted === null || came.address === wanted).slice(0, limit),
    listCommandWordings: async () => words,
    putCommandWording: async (kind, subject, body) => {
      if (body.includes("{{ pony }}")) refuse("invalid_template", "These words cannot be used: there is no field “pony”.", { line: "1" });
      const wording = found(words.find((known) => known.kind === kind), "answer", kind);
      return Object.assign(wording, { subject, body, version: Math.max(2, wording.version + 1) });
    },
  };
}
