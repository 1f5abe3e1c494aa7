// An account as the guide has it, and what well-known providers want.
import type { AccountRole, InboxForm, SenderForm, Tls } from "../../ipc/types";

export type SenderKind = SenderForm["kind"];
export type InboxKind = InboxForm["kind"];
export type Kind = SenderKind | InboxKind;
export type Provider = "gmail" | "outlook" | "fastmail" | "own";

export interface AccountForm {
  kind: Kind;
  label: string;
  address: string;
  provider: Provider;
  host: string;
  port: string;
  tls: Tls;
  user: string;
  password: string;
  region: string;
  accessKey: string;
  secretKey: string;
  path: string;
}

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
  return { kind: role === "sender" ? "smtp" : "imap", label: "", address: "", provider: "own", ...serverOf(role, "own"), user: "", password: "", region: "us-east-1", accessKey: "", secretKey: "", path: "" };
}

/** What a person would call it who gave it no name. */
const labelOf = ({ label, address }: AccountForm): string => label.trim() || address.trim();
const userOf = ({ user, address }: AccountForm): string => user.trim() || address.trim();

export function senderForm(form: AccountForm): SenderForm {
  const { address, host, tls, password, region, accessKey, secretKey } = form;
  const label = labelOf(form);
  switch (form.kind) {
    case "ses":
      return { kind: "ses", label, from: address, region, access_key: accessKey, secret_key: secretKey, endpoint: "" };
    case "rehearsal":
      return { kind: "rehearsal", label };
    default:
      return { kind: "smtp", label, from: address, host, port: portOf(form), tls, user: userOf(form), password };
  }
}

export function inboxForm(form: AccountForm): InboxForm {
  const { address, host, tls, password, path } = form;
  const label = labelOf(form);
  switch (form.kind) {
    case "maildir":
      return { kind: "maildir", label, address, path };
    case "rehearsal":
      return { kind: "rehearsal", label };
    default:
      return { kind: "imap", label, address, host, port: portOf(form), tls, user: userOf(form), password };
  }
}

/** Nothing that is not a port goes out: the engine says what one is. */
function portOf({ port }: AccountForm): number {
  const number = Number(port);
  return Number.isInteger(number) && number > 0 && number < 65_536 ? number : 0;
}
