// Made-up accounts, and a campaign in every state.
import type { AccountView, CampaignDetail, CampaignStatus } from "../types";
import { changed, tell, type World } from "./world";

const consentEnded = "Sign in again: What was allowed for “Outlook” has ended.";

export function accounts(): AccountView[] {
  const blank = { rehearsal: false, plus_addressing: true, consent: "", state: "ok" };
  return [
    { ...blank, id: "s1", role: "sender", kind: "ses", label: "Club mail (Amazon SES)", address: "tickets@bears.example", words: "Ready, 14 messages a second, 48,200 left today" },
    { ...blank, id: "s2", role: "sender", kind: "smtp", label: "Office server", address: "office@bears.example", words: "The password is not accepted any more", state: "needs_login" },
    { ...blank, id: "i1", role: "inbox", kind: "imap", label: "Answers", address: "tickets@bears.example", words: "Read two minutes ago" },
    { ...blank, id: "s3", role: "sender", kind: "smtp", label: "Outlook", address: "coach@bears.example", words: consentEnded, state: "needs_login", consent: "m1" },
    { ...blank, id: "i3", role: "inbox", kind: "imap", label: "Outlook", address: "coach@bears.example", words: consentEnded, state: "needs_login", consent: "m1" },
    { ...blank, id: "r1", role: "sender", kind: "rehearsal", label: "Practice outbox", address: "practice@rollcall.example", words: "Keeps every message on this computer", rehearsal: true },
    { ...blank, id: "r2", role: "inbox", kind: "rehearsal", label: "Practice inbox", address: "practice@rollcall.example", words: "Practice guests answer here", rehearsal: true },
  ];
}

export function status(state: string, part: Partial<CampaignStatus> = {}): CampaignStatus {
  const zero = { queued: 0, handed_over: 0, retry: 0, accepted: 0, refused: 0, uncertain: 0, skipped: 0, superseded: 0, bounced: 0, complained: 0 };
  const counts = { ...zero, ...part };
  const { queued, handed_over, retry, accepted, refused, uncertain, skipped, superseded, bounced, complained } = counts;
  const total = queued + handed_over + retry + accepted + refused + uncertain + skipped + superseded + bounced + complained;
  return { state, waiting: "", total, rate: null, seconds_left: null, ...counts };
}

const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

function campaign(id: string, name: string, events: string[], now: CampaignStatus, part: Partial<CampaignDetail> = {}): CampaignDetail {
  return {
    id,
    draft: {
      name,
      kind: "invitation",
      events,
      list: "1",
      subject: "You are invited: {{ event.summary }}",
      body: 'Hello {{ first_name | default("friend") }},\n\nyour seat {{ seat }} is waiting. Say yes with one click and it is in your calendar.\n\nSee you there,\nthe Bears',
      sender: "s1",
      inbox: "i1",
      scheduled_at: "",
      per_second: null,
      hours: "",
      pilot: "",
      spacing: 0,
      duplicates: false,
    },
    created_at: ago(200),
    started_at: now.state === "draft" || now.state === "scheduled" ? "" : ago(30),
    finished_at: now.state === "done" ? ago(29) : "",
    status: now,
    events: [],
    list_name: "Season ticket holders",
    sender_label: "Club mail (Amazon SES)",
    inbox_address: "tickets@bears.example",
    rehearsal: false,
    ...part,
  };
}

export function campaigns(): CampaignDetail[] {
  return [
    campaign("c1", "Spring home games", ["109", "111", "113"], status("draft")),
    campaign("c2", "Home game this Saturday", ["107"], status("sending", { queued: 2672, handed_over: 6, accepted: 2131, refused: 2, uncertain: 1, rate: 13.9, seconds_left: 192 })),
    campaign("c3", "Away games by coach", ["108"], status("paused", { queued: 411, accepted: 390, refused: 9, waiting: "Paused: the account stopped us after 9 of the last 100 addresses did not exist. Look at them, then go on." })),
    campaign("c4", "Family day", ["304"], status("scheduled", { queued: 1204 }), { draft: { ...campaign("", "Family day", ["304"], status("draft")).draft, scheduled_at: new Date(Date.now() + 3 * 86_400_000).toISOString() } }),
    campaign("c5", "Season opener", ["101"], status("done", { accepted: 4731, refused: 24, uncertain: 3, skipped: 31, bounced: 22, complained: 1 })),
    campaign("c7", "Winter camp", ["304"], status("sending", { queued: 36, accepted: 12, waiting: "The sender “Outlook” cannot sign in: What was allowed for “Outlook” has ended. Sign in again under Settings; what waits goes on by itself." }), { draft: { ...campaign("", "Winter camp", ["304"], status("draft")).draft, sender: "s3" } }),
    campaign("c8", "Sponsors’ lunch", ["304"], status("sending", { queued: 20, waiting: "The sender “Office server” cannot sign in: the server refused the password. Sign in again under Settings; what waits goes on by itself." }), { draft: { ...campaign("", "Sponsors’ lunch", ["304"], status("draft")).draft, sender: "s2" } }),
    campaign("c6", "Founders’ evening (wrong list)", ["304"], status("stopped", { superseded: 0, skipped: 3890, accepted: 110 })),
  ];
}

/** Accounts can sign in again: what waited for their senders goes on. */
export function signedIn(world: World, ...mended: AccountView[]): void {
  for (const account of mended) Object.assign(account, { state: "ok", words: "Ready" });
  for (const waiting of world.campaigns.filter(({ draft, status: now }) => now.waiting !== "" && now.state === "sending" && mended.some(({ id }) => id === draft.sender))) {
    waiting.status = { ...waiting.status, waiting: "" };
    tell(world, { kind: "sending", campaign: waiting.id, name: waiting.draft.name, status: waiting.status });
  }
  changed(world, "accounts");
}
