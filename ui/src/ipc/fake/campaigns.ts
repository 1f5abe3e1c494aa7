// Campaigns of the made-up world: they move by a timer while they send.
import type { CommandCalls } from "../backend";
import type { AudiencePreview, CampaignDetail, CampaignDraft, CampaignEventView, ChangeView, DeliveryView, SettledView } from "../types";
import { status } from "./mailings";
import { found, refuse } from "./refuse";
import { changed, freshId, tell, type World } from "./world";

type Calls = Pick<CommandCalls, "listCampaigns" | "createCampaign" | "updateCampaign" | "deleteCampaign" | "showCampaign" | "previewAudience" | "previewMessage" | "testCampaign" | "sendCampaign" | "pauseCampaign" | "resumeCampaign" | "stopCampaign" | "listDeliveries" | "settleDelivery" | "adoptLedger" | "listChanges" | "listSettled" | "tellNobody" | "askAgain" | "previewUpdate" | "sendUpdate" | "previewAct" | "actOnGuests" | "showReminderDays" | "chooseReminderDays">;

const beat = 200;
const states = ["queued", "handed_over", "retry", "accepted", "refused", "uncertain", "skipped", "superseded", "bounced", "complained"] as const;
const whole = (draft: CampaignDraft) => ({ name: "", kind: "invitation", events: [], list: "", subject: "", body: "", sender: "", inbox: "", scheduled_at: "", per_second: null, hours: "", pilot: "", spacing: 0, duplicates: false, ...draft });

export function campaignCalls(world: World): Calls {
  const one = (id: string): CampaignDetail => found(world.campaigns.find((campaign) => campaign.id === id), "campaign", id);
  const eventViews = (ids: string[]): CampaignEventView[] =>
    world.events.filter((event) => ids.includes(event.id)).map((event) => ({ id: event.id, summary: event.summary, start: event.start, tzid: event.start_zone, all_day: event.all_day, place: event.place, repeats: event.repeats }));
  const label = (id: string): string => world.accounts.find((account) => account.id === id)?.label ?? "";
  const view = (campaign: CampaignDetail): CampaignDetail => ({
    ...campaign,
    events: eventViews(campaign.draft.events),
    list_name: world.lists.find((list) => list.id === campaign.draft.list)?.name ?? "",
    sender_label: label(campaign.draft.sender),
    inbox_address: world.accounts.find((account) => account.id === campaign.draft.inbox)?.address ?? "",
  });
  const audience = (campaign: CampaignDetail): AudiencePreview => {
    const on = world.guests.filter((guest) => guest.lists.includes(campaign.draft.list));
    const reasons = ["unsubscribed", "hard_bounce", "complaint", "by_hand"];
    const left = reasons.map((reason) => on.filter((guest) => guest.suppressed === reason)).map((guests, index) => ({ reason: reasons[index] ?? "", guests: guests.length, examples: guests.slice(0, 100).map((guest) => guest.address) }));
    const guests = on.length - left.reduce((sum, { guests: out }) => sum + out, 0);
    const lacking = campaign.draft.body.includes("{{ member }}") ? on.filter((guest) => !guest.fields["member"]) : [];
    const { events, list, subject, sender, inbox } = campaign.draft;
    const blockers = [
      ...(events.length === 0 ? [{ step: "what", message: "Choose at least one event." }] : []),
      ...(list === "" ? [{ step: "who", message: "Choose a list of guests." }] : []),
      ...(subject === "" ? [{ step: "message", message: "Write a subject." }] : []),
      ...(sender === "" ? [{ step: "send", message: "Choose the account that sends." }] : []),
      ...(inbox === "" ? [{ step: "send", message: "Choose the inbox that answers go to." }] : []),
    ];
    const mails = guests * events.length;
    return { guests, mails, left_out: left.filter((one) => one.guests > 0), missing: lacking.length > 0 ? [{ field: "member", guests: lacking.length, examples: lacking.slice(0, 100).map((guest) => guest.name) }] : [], seconds: mails / 14, blockers };
  };
  const move = (campaign: CampaignDetail): void => {
    const now = campaign.status;
    if (now.state !== "sending" || now.waiting !== "" || now.queued === 0) return;
    const step = Math.min(now.queued, world.rehearsal ? 9 : 3);
    const left = now.queued - step;
    campaign.status = { ...now, queued: left, accepted: now.accepted + step, rate: world.rehearsal ? 45 : 13.9, seconds_left: Math.round(left / (world.rehearsal ? 45 : 13.9)), state: left === 0 ? "done" : "sending" };
    if (left === 0) {
      campaign.finished_at = new Date().toISOString();
      for (const event of world.events) if (campaign.draft.events.includes(event.id)) event.invitations = { ...event.invitations, invited: campaign.status.total, none: campaign.status.total };
      changed(world, "campaigns", "events", "answers");
    }
    tell(world, { kind: "sending", campaign: campaign.id, name: campaign.draft.name, status: campaign.status });
  };
  setInterval(() => world.campaigns.forEach(move), beat);
  const turn = async (id: string, from: string[], to: string, words: string): Promise<CampaignDetail> => {
    const campaign = one(id);
    if (!from.includes(campaign.status.state)) refuse("wrong_state", `“${campaign.draft.name}” cannot be ${words}: it is ${campaign.status.state}.`, { state: campaign.status.state });
    campaign.status = { ...campaign.status, state: to, waiting: to === "paused" ? "Paused by you." : "", rate: to === "sending" ? 13.9 : 0, ...(to === "stopped" ? { skipped: campaign.status.skipped + campaign.status.queued, queued: 0 } : {}) };
    tell(world, { kind: "sending", campaign: id, name: campaign.draft.name, status: campaign.status });
    changed(world, "campaigns");
    return view(campaign);
  };
  const create = (draft: CampaignDraft): CampaignDetail => {
    const made: CampaignDetail = { id: freshId(world), draft: whole(draft), created_at: new Date().toISOString(), started_at: "", finished_at: "", status: status("draft"), events: [], list_name: "", sender_label: "", inbox_address: "", rehearsal: world.rehearsal };
    world.campaigns.unshift(made);
    changed(world, "campaigns");
    return made;
  };
  const start = (campaign: CampaignDetail, mails: number): CampaignDetail => {
    campaign.started_at = new Date().toISOString();
    campaign.status = status(campaign.draft.scheduled_at === "" ? "sending" : "scheduled", { queued: mails, rate: 0 });
    changed(world, "campaigns");
    tell(world, { kind: "sending", campaign: campaign.id, name: campaign.draft.name, status: campaign.status });
    return view(campaign);
  };
  const settled = new Map<string, SettledView>();
  const asked = new Set<string>();
  const changes = (): ChangeView[] =>
    world.events.filter((event) => event.invitations.outdated > 0 && !settled.has(event.id)).map((event) => ({
      event: event.id, uid: event.uid, summary: event.summary, start: event.start, tzid: event.start_zone, all_day: event.all_day, cancelled: event.status === "cancelled",
      fields: event.versions[0]?.fields ?? [], guests: event.invitations.outdated, yes: 22, maybe: 4, no: 3, none: event.invitations.outdated - 29,
      sends_at: world.calendars.find((calendar) => calendar.id === event.calendar)?.standing_order && !asked.has(event.id) ? new Date(Date.now() + 240_000).toISOString() : "",
    }));
  return {
    listCampaigns: async () => world.campaigns.map((campaign) => ({ id: campaign.id, name: campaign.draft.name, kind: campaign.draft.kind, created_at: campaign.created_at, status: campaign.status, rehearsal: campaign.rehearsal })),
    createCampaign: async (draft) => view(create(draft)),
    updateCampaign: async (id, draft) => {
      const campaign = one(id);
      campaign.draft = { ...campaign.draft, ...whole({ ...campaign.draft, ...draft }) };
      changed(world, "campaigns");
      return view(campaign);
    },
    deleteCampaign: async (id) => {
      one(id);
      world.campaigns = world.campaigns.filter((campaign) => campaign.id !== id);
      changed(world, "campaigns");
      return null;
    },
    showCampaign: async (id) => view(one(id)),
    previewAudience: async (id) => audience(one(id)),
    previewMessage: async (id, guest, event) => {
      const campaign = one(id);
      const person = world.guests.find((known) => known.id === guest) ?? world.guests.find((known) => known.lists.includes(campaign.draft.list)) ?? refuse("not_found", "The list has no guests to preview with.", { what: "guest", name: "" });
      const card = eventViews([event === "" ? (campaign.draft.events[0] ?? "") : event])[0] ?? null;
      const fill = (text: string): string => text.replaceAll(/\{\{\s*event\.summary\s*\}\}/g, card?.summary ?? "").replaceAll(/\{\{\s*first_name[^}]*\}\}/g, person.first_name).replaceAll(/\{\{\s*(\w+)[^}]*\}\}/g, (_, name: string) => person.fields[name] ?? "");
      const text = fill(campaign.draft.body);
      const paragraphs = text.split("\n\n").map((part) => `<p>${part.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\n", "<br>")}</p>`).join("");
      const subject = fill(campaign.draft.subject);
      const calendar = `BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:${card?.summary ?? ""}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
      return { from: "Bears <tickets@bears.example>", to: `${person.name} <${person.address}>`, reply_to: "tickets+practice@bears.example", subject, html: `<div style="font:15px/1.5 sans-serif;color:#222">${paragraphs}</div>`, text, calendar, raw: `Subject: ${subject}\r\nTo: ${person.address}\r\n\r\n${text}`, card };
    },
    testCampaign: async (id) => {
      one(id);
      return null;
    },
    sendCampaign: async (id, confirmed) => {
      const campaign = one(id);
      const { mails, blockers } = audience(campaign);
      if (blockers[0]) refuse("wrong_state", blockers[0].message, { state: campaign.status.state });
      if (mails !== confirmed) refuse("wrong_state", `It would be ${mails} mails now, not ${confirmed}. Look at the list once more, then send.`, { state: campaign.status.state });
      return start(campaign, mails);
    },
    pauseCampaign: async (id) => turn(id, ["sending"], "paused", "paused"),
    resumeCampaign: async (id) => turn(id, ["paused"], "sending", "continued"),
    stopCampaign: async (id) => turn(id, ["sending", "paused", "scheduled"], "stopped", "stopped"),
    listDeliveries: async (id, state, cursor, limit) => {
      const campaign = one(id);
      const from = Number(cursor || 0);
      const counts = states.map((name) => ({ name, count: state === "" || state === name ? campaign.status[name] : 0 }));
      const total = counts.reduce((sum, { count }) => sum + count, 0);
      const rows: DeliveryView[] = [];
      for (let index = from; index < Math.min(total, from + limit); index++) {
        let rest = index;
        const name = counts.find(({ count }) => (rest < count ? true : ((rest -= count), false)))?.name ?? "queued";
        const guest = world.guests[index % world.guests.length];
        const words = { refused: "550 5.1.1 The mailbox does not exist", uncertain: "The connection broke after the message was handed over", bounced: "The mailbox is full", skipped: "Unsubscribed" } as Record<string, string>;
        rows.push({ id: `${id}-${index}`, campaign: id, guest: guest?.id ?? "", address: guest?.address ?? "", name: guest?.name ?? "", event: campaign.draft.events[0] ?? "", summary: eventViews(campaign.draft.events)[0]?.summary ?? "", method: "request", state: name, attempt: 1, reason: words[name] ?? "", at: name === "queued" ? "" : new Date().toISOString(), begun_at: name === "queued" ? "" : new Date().toISOString(), remote_id: "" });
      }
      return { rows, total, next: from + limit < total ? String(from + limit) : "" };
    },
    settleDelivery: async (id, ruling) => {
      const campaign = one(id.split("-")[0] ?? "");
      const now = campaign.status;
      campaign.status = { ...now, uncertain: Math.max(0, now.uncertain - 1), ...(ruling === "again" ? { queued: now.queued + 1 } : ruling === "sent" ? { accepted: now.accepted + 1 } : { refused: now.refused + 1 }) };
      changed(world, "campaigns");
      return null;
    },
    adoptLedger: async () => null,
    listChanges: async () => changes(),
    listSettled: async () => [...settled.values()],
    tellNobody: async (event) => {
      const change = found(changes().find((known) => known.event === event), "change", event);
      settled.set(event, { event, uid: change.uid, summary: change.summary, cancelled: change.cancelled, told: "nobody", told_words: "Nobody was told", at: new Date().toISOString(), guests: change.guests });
      changed(world, "campaigns");
      return null;
    },
    askAgain: async (event) => {
      settled.delete(event);
      asked.add(event);
      changed(world, "campaigns");
      return null;
    },
    previewUpdate: async (event, to) => {
      const change = found(changes().find((known) => known.event === event), "change", event);
      const guests = to === "all" ? change.guests : to === "affected" ? change.guests - change.no : change.yes + change.maybe;
      return { guests, mails: guests, left_out: [], missing: [], seconds: guests / 14, blockers: [] };
    },
    previewAct: async (event, act, choice) => {
      const { invitations } = found(world.events.find((one) => one.id === event), "event", event);
      const guests = choice.guests.length > 0 ? choice.guests.length : act === "remind" ? invitations.none : invitations.invited;
      const left_out = act === "remind" && guests > 1 ? [{ reason: "reminded_lately", guests: 1, examples: ["paul@bears.example"] }] : [];
      const mails = guests - left_out.length;
      return { guests: mails, mails, left_out, missing: [], seconds: mails / 14, blockers: [] };
    },
    actOnGuests: async (event, act, _choice, message, confirmed) => {
      const known = found(world.events.find((one) => one.id === event), "event", event);
      const kind = { update: "update", remind: "reminder", again: "invitation", withdraw: "cancellation", decline: "single" }[act];
      return start(create({ name: `${act}: ${known.summary}`, kind, events: [event], list: "1", subject: known.summary, body: message, sender: "s1", inbox: "i1" }), confirmed);
    },
    showReminderDays: async () => Number(world.settings.get("reminder_days") ?? "3"),
    chooseReminderDays: async (days) => {
      world.settings.set("reminder_days", String(days));
      return days;
    },
    sendUpdate: async (event, to, message, confirmed) => {
      const known = found(world.events.find((one) => one.id === event), "event", event);
      known.invitations = { ...known.invitations, outdated: to === "yes-maybe" ? 11 : 0 };
      changed(world, "events");
      return start(create({ name: `Update: ${known.summary}`, kind: "update", events: [event], list: "1", subject: `Changed: ${known.summary}`, body: message, sender: "s1", inbox: "i1" }), confirmed);
    },
  };
}
