// Senders and inboxes of the made-up world.
import type { CommandCalls } from "../backend";
import type { AccountContent, AccountView, CheckView } from "../types";
import { signedIn } from "./mailings";
import { found } from "./refuse";
import { changed, freshId, type World } from "./world";

type Calls = Pick<CommandCalls, "listAccounts" | "addSender" | "addInbox" | "showAccount" | "editAccount" | "removeAccount" | "checkAccount" | "probeInbox">;

const policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["ses:SendRawEmail", "ses:GetAccount"], Resource: "*" }] }, null, 2);

const sesChecks: CheckView[] = [
  { code: "identity", state: "good", message: "tickets@bears.example is verified.", copy: "" },
  { code: "dkim", state: "good", message: "Messages are signed for bears.example.", copy: "" },
  { code: "dmarc", state: "warning", message: "bears.example has no DMARC record. Add this line to its DNS so that Gmail trusts the club more.", copy: '_dmarc.bears.example TXT "v=DMARC1; p=none"' },
  { code: "sandbox", state: "bad", message: "The account is still in Amazon’s sandbox: it may only mail addresses that were verified. Ask Amazon for production access; it takes about a day.", copy: "" },
  { code: "quota", state: "good", message: "14 messages a second, 50,000 a day.", copy: "" },
  { code: "policy", state: "good", message: "The key can do what it must. This is the least it needs:", copy: policy },
];

const mailChecks: CheckView[] = [
  { code: "connect", state: "good", message: "The server answers, and the connection is encrypted.", copy: "" },
  { code: "login", state: "good", message: "The password is accepted.", copy: "" },
];

const unlimited = { per_second: null, per_minute: null, per_hour: null, per_day: null, batch: null, batch_gap_seconds: null };

function contentOf({ role, kind, label, address }: AccountView): AccountContent {
  const served = { host: `mail.${address.split("@")[1] ?? ""}`, tls: "implicit" as const, user: address, login: "password" as const, password: "" };
  if (kind === "rehearsal") return { role, form: { kind, label } };
  if (role === "inbox") return { role, form: { kind: "imap", label, address, ...served, port: 993, folders: [], handled: "", authserv_id: "" } };
  if (kind === "ses") return { role, form: { kind, label, from: address, name: "Chicago Bears", region: "us-east-1", access_key: "", secret_key: "", endpoint: "", limits: { ...unlimited, per_second: 14 } } };
  return { role, form: { kind: "smtp", label, from: address, name: "", ...served, port: 465, limits: { ...unlimited, per_hour: 500 }, connections: null } };
}

export function accountCalls(world: World): Calls {
  const one = (id: string): AccountView => found(world.accounts.find((account) => account.id === id), "account", id);
  const add = (account: Omit<AccountView, "id" | "state" | "plus_addressing" | "consent">): AccountView => {
    const made = { ...account, id: freshId(world), state: "ok", plus_addressing: false, consent: "" };
    world.accounts.push(made);
    changed(world, "accounts");
    return made;
  };
  return {
    listAccounts: async () => [...world.accounts],
    addSender: async (form) => add({ role: "sender", kind: form.kind, label: form.label, address: form.kind === "rehearsal" ? "practice@rollcall.example" : form.from, words: "Ready", rehearsal: form.kind === "rehearsal" }),
    addInbox: async (form) => add({ role: "inbox", kind: form.kind, label: form.label, address: form.kind === "rehearsal" ? "practice@rollcall.example" : form.address, words: "Not read yet", rehearsal: form.kind === "rehearsal" }),
    showAccount: async (id) => contentOf(one(id)),
    editAccount: async (id, { form }) => {
      const account = one(id);
      const address = "from" in form ? form.from : "address" in form ? form.address : account.address;
      Object.assign(account, { label: form.label, address });
      signedIn(world, account);
      return account;
    },
    removeAccount: async (id) => {
      one(id);
      world.accounts = world.accounts.filter((account) => account.id !== id);
      changed(world, "accounts");
      return null;
    },
    checkAccount: async (id) => {
      const account = one(id);
      if (account.state === "needs_login") return [{ code: "login", state: "bad", message: "The server refuses the password. Type the new one.", copy: "" }];
      return account.kind === "ses" ? sesChecks : mailChecks;
    },
    probeInbox: async () => [{ code: "plus", state: "good", message: "A message to the plus-address arrived after two seconds: every answer can be told apart.", copy: "" }],
  };
}
