// What each way to connect an account asks for, and what the engine is to make of it.
import type { CalendarAccountForm } from "../../ipc/types";
import { connectWords as words, type Way } from "../../messages/connected";

export type Provider = "icloud" | "fastmail" | "nextcloud" | "own";

export interface Form {
  label: string;
  provider: Provider;
  url: string;
  user: string;
  password: string;
  clientId: string;
  clientSecret: string;
  serviceAccount: string;
  tenant: string;
  endpoint: string;
  mailAttendees: boolean;
  /** Names that other accounts have. */
  taken: readonly string[];
}

const addresses: Record<Provider, string> = { icloud: "https://caldav.icloud.com", fastmail: "https://caldav.fastmail.com", nextcloud: "", own: "" };

/** Where a password for another program is made; empty where that differs from place to place. */
export const passwordPages: Record<Provider, string> = { icloud: "https://account.apple.com/account/manage", fastmail: "https://app.fastmail.com/settings/security/apps", nextcloud: "", own: "" };

/** The same for an account by the name that it was given. */
export function passwordPageOf(label: string): string {
  const provider = (["icloud", "fastmail"] as const).find((known) => label.startsWith(words.providers[known]));
  return provider ? passwordPages[provider] : "";
}

export const hasOwnAddress = (provider: Provider): boolean => addresses[provider] === "";

export function blankForm(way: Way, taken: readonly string[] = []): Form {
  return { taken, label: free(words.labels[way], taken), provider: "icloud", url: addresses.icloud, user: "", password: "", clientId: "", clientSecret: "", serviceAccount: "", tenant: "", endpoint: "", mailAttendees: false };
}

export const providedBy = (provider: Provider): Partial<Form> => ({ provider, url: addresses[provider] });

/** A name as it is, or with a number where another account has it. */
function free(name: string, taken: readonly string[]): string {
  if (name === "" || !taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}

/** A name for an account that was given none. */
export function labelOf(way: Way, { label, provider, url, taken }: Form): string {
  if (label.trim() !== "") return label.trim();
  if (way === "caldav" && provider !== "own") return free(words.providers[provider], taken);
  return free(way === "caldav" || way === "feed" ? hostOf(url) : words.labels[way], taken);
}

function hostOf(url: string): string {
  const bare = url.trim().replace(/^[a-z]+:\/\//i, "");
  return (bare.split(/[/?#]/)[0] ?? "").split("@").at(-1) ?? "";
}

export function isFilled(way: Way, form: Form): boolean {
  switch (way) {
    case "caldav":
      return form.url.trim() !== "" && form.user.trim() !== "" && form.password !== "";
    case "feed":
      return form.url.trim() !== "";
    case "google":
      return form.serviceAccount.trim() !== "" || (form.clientId.trim() !== "" && form.clientSecret.trim() !== "");
    case "microsoft":
      return form.clientId.trim() !== "";
  }
}

export function contentOf(way: Way, form: Form): CalendarAccountForm {
  const label = labelOf(way, form);
  switch (way) {
    case "caldav":
      return { kind: "caldav", label, url: form.url, user: form.user, password: form.password };
    case "feed":
      return { kind: "feed", label, url: form.url };
    case "google":
      return { kind: "google", label, client_id: form.clientId, client_secret: form.clientSecret, service_account: form.serviceAccount, endpoint: form.endpoint };
    case "microsoft":
      return { kind: "microsoft", label, client_id: form.clientId, tenant: form.tenant, endpoint: form.endpoint, mail_attendees: form.mailAttendees };
  }
}
