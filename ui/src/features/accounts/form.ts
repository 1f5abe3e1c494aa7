// An account as the guide has it, and what well-known providers want.
import type { AccountContent, AccountRole, InboxForm, Login, OwnLimits, SenderForm, Tls } from "../../ipc/types";

export type SenderKind = SenderForm["kind"];
export type InboxKind = InboxForm["kind"];
export type Kind = SenderKind | InboxKind;
export type Provider = "gmail" | "outlook" | "fastmail" | "own";

export interface AccountForm {
  kind: Kind;
  label: string;
  address: string;
  /** The name that guests see beside the address. */
  shownAs: string;
  provider: Provider;
  host: string;
  port: string;
  tls: Tls;
  user: string;
  login: Login;
  /** The server takes mail without a password. */
  withoutPassword: boolean;
  /** The password, or the token. */
  password: string;
  region: string;
  accessKey: string;
  secretKey: string;
  endpoint: string;
  limits: LimitTexts;
  connections: string;
  path: string;
  /** Names, one a line. */
  folders: string;
  handled: string;
  authservId: string;
}

/** Limits as they are typed; an empty one limits nothing. */
export type LimitTexts = Record<keyof OwnLimits, string>;

type Server = Pick<AccountForm, "host" | "port" | "tls">;

const servers: Record<AccountRole, Record<Provider, Server>> = {
  sender: {
    gmail: { host: "smtp.gmail.com", port: "465", tls: "implicit" },
    outlook: { host: "smtp-mail.outlook.com", port: "587", tls: "starttls" },
    fastmail: { host: "smtp.fastmail.com", port: "465", tls: "implicit" },
    own: { host: "", port: "587", tls: "starttls" },
  },
  inbox: {
    gmail: { host: "imap.gmail.com", port: "993", tls: "implicit" },
    outlook: { host: "outlook.office365.com", port: "993", tls: "implicit" },
    fastmail: { host: "imap.fastmail.com", port: "993", tls: "implicit" },
    own: { host: "", port: "993", tls: "implicit" },
  },
};

export const serverOf = (role: AccountRole, provider: Provider): Server => servers[role][provider];

export function blankAccount(role: AccountRole): AccountForm {
  const texts = { label: "", address: "", shownAs: "", user: "", password: "", accessKey: "", secretKey: "", endpoint: "", connections: "", path: "", folders: "", handled: "", authservId: "" };
  return { ...texts, kind: role === "sender" ? "smtp" : "imap", login: "password", withoutPassword: false, provider: "own", ...serverOf(role, "own"), region: "us-east-1", limits: limitTexts(null) };
}

/** An account as it stands, to be changed. Its secrets are empty: left so, they stay what they were. */
export function formOf({ role, form }: AccountContent): AccountForm {
  const blank = { ...blankAccount(role), kind: form.kind, label: form.label };
  switch (form.kind) {
    case "smtp":
      return { ...blank, ...servedBy(role, form), withoutPassword: form.user === "", address: form.from, shownAs: form.name, limits: limitTexts(form.limits), connections: textOf(form.connections) };
    case "ses":
      return { ...blank, address: form.from, shownAs: form.name, region: form.region, endpoint: form.endpoint, limits: limitTexts(form.limits) };
    case "imap":
      return { ...blank, ...servedBy(role, form), address: form.address, folders: form.folders.join("\n"), handled: form.handled, authservId: form.authserv_id };
    case "maildir":
      return { ...blank, address: form.address, path: form.path, authservId: form.authserv_id };
    case "rehearsal":
      return blank;
  }
}

/** What the engine is to make of it. */
export function contentOf(role: AccountRole, form: AccountForm): AccountContent {
  return role === "sender" ? { role, form: senderForm(form) } : { role, form: inboxForm(form) };
}

const textOf = (number: number | null | undefined): string => (number === null || number === undefined ? "" : String(number));
/** An empty field is no number; what is none becomes 0, and the engine says what it may be. */
const numberOf = (text: string): number | null => (text.trim() === "" ? null : Number(text.trim().replace(",", ".")) || 0);

function limitTexts(limits: OwnLimits | null): LimitTexts {
  return {
    per_second: textOf(limits?.per_second),
    per_minute: textOf(limits?.per_minute),
    per_hour: textOf(limits?.per_hour),
    per_day: textOf(limits?.per_day),
    batch: textOf(limits?.batch),
    batch_gap_seconds: textOf(limits?.batch_gap_seconds),
  };
}

function limitsOf({ per_second, per_minute, per_hour, per_day, batch, batch_gap_seconds }: LimitTexts): OwnLimits {
  return {
    per_second: numberOf(per_second),
    per_minute: wholeOf(per_minute),
    per_hour: wholeOf(per_hour),
    per_day: wholeOf(per_day),
    batch: wholeOf(batch),
    batch_gap_seconds: wholeOf(batch_gap_seconds),
  };
}

function servedBy(role: AccountRole, { host, port, tls, user, login }: { host: string; port: number; tls: Tls; user: string; login: Login }): Partial<AccountForm> {
  const known = Object.entries(servers[role]) as [Provider, Server][];
  return { host, port: String(port), tls, user, login, provider: known.find(([, server]) => server.host === host)?.[0] ?? "own" };
}

/** What a person would call it who gave it no name. */
const labelOf = ({ label, address }: AccountForm): string => label.trim() || address.trim();
const userOf = ({ user, address }: AccountForm): string => user.trim() || address.trim();
/** Only a server that sends may do without: a mailbox is always somebody's. */
export const goesWithoutPassword = ({ kind, provider, withoutPassword }: AccountForm): boolean => kind === "smtp" && provider === "own" && withoutPassword;

export function senderForm(form: AccountForm): SenderForm {
  const { address, shownAs: name, host, tls, login, region, accessKey, secretKey, endpoint } = form;
  const [label, limits] = [labelOf(form), limitsOf(form.limits)];
  switch (form.kind) {
    case "ses":
      return { kind: "ses", label, from: address, name, region, access_key: accessKey, secret_key: secretKey, endpoint, limits };
    case "rehearsal":
      return { kind: "rehearsal", label };
    default:
      return { kind: "smtp", label, from: address, name, host, port: portOf(form), tls, user: goesWithoutPassword(form) ? "" : userOf(form), login, password: goesWithoutPassword(form) ? "" : form.password, limits, connections: wholeOf(form.connections) };
  }
}

export function inboxForm(form: AccountForm): InboxForm {
  const { address, host, tls, login, password, path, handled, authservId: authserv_id } = form;
  const label = labelOf(form);
  const folders = form.folders.split("\n").filter((name) => name.trim() !== "");
  switch (form.kind) {
    case "maildir":
      return { kind: "maildir", label, address, path, authserv_id };
    case "rehearsal":
      return { kind: "rehearsal", label };
    default:
      return { kind: "imap", label, address, host, port: portOf(form), tls, user: userOf(form), login, password, folders, handled, authserv_id };
  }
}

/** Nothing that is not a whole number goes out: the engine says which there may be. */
function wholeOf(text: string): number | null {
  const number = numberOf(text);
  return number === null || (Number.isInteger(number) && number > 0 && number <= 4_294_967_295) ? number : 0;
}

/** Nothing that is not a port goes out: the engine says what one is. */
function portOf({ port }: AccountForm): number {
  const number = Number(port);
  return Number.isInteger(number) && number > 0 && number < 65_536 ? number : 0;
}
