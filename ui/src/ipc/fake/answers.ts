// Answers, the desk and charts of the made-up world.
import { kindOf } from "../../lib/files";
import type { CommandCalls } from "../backend";
import type { AnswersOf, GuestAnswer, TimelinePoint } from "../types";
import { drawChart, groups } from "./charts";
import { found } from "./refuse";
import type { Stored } from "./season";
import { changed, type World } from "./world";

type Calls = Pick<CommandCalls, "showAnswers" | "listEventAnswers" | "listGuestAnswers" | "showReceipt" | "setAnswers" | "pullInboxes" | "importAnswers" | "markAnswersSeen" | "showChart" | "exportChart" | "compareEvents" | "exportComparison" | "saveReport" | "exportAnswers" | "showBouncePatience" | "chooseBouncePatience">;

const said = ["yes", "maybe", "no", "none"] as const;

export function answerCalls(world: World): Calls {
  const eventsOf = (of: AnswersOf): Stored[] => {
    const ids = of.kind === "event" ? [of.id] : found(world.campaigns.find((campaign) => campaign.id === of.id), "campaign", of.id).draft.events;
    return world.events.filter((event) => ids.includes(event.id));
  };
  const sums = (of: AnswersOf) => {
    const total = { yes: 0, maybe: 0, no: 0, none: 0 };
    for (const { invitations } of eventsOf(of)) for (const answer of said) total[answer] += invitations[answer];
    return total;
  };
  return {
    showAnswers: async (of) => {
      const total = sums(of);
      const start = Date.now() - 9 * 86_400_000;
      const timeline: TimelinePoint[] = Array.from({ length: 28 }, (_, index) => {
        const part = 1 - Math.exp(-index / 7);
        return { at: new Date(start + index * 8 * 3_600_000).toISOString(), yes: Math.round(total.yes * part), maybe: Math.round(total.maybe * part), no: Math.round(total.no * part) };
      });
      const title = of.kind === "event" ? (eventsOf(of)[0]?.summary ?? "") : (world.campaigns.find((campaign) => campaign.id === of.id)?.draft.name ?? "");
      const guests = Math.max(0, ...eventsOf(of).map(({ invitations }) => invitations.invited));
      return { title, ...total, guests, timeline, updates: [new Date(start + 4 * 86_400_000).toISOString()] };
    },
    listEventAnswers: async () =>
      world.events.filter((event) => event.invitations.invited > 0).map(({ id, uid, summary, start, start_zone, all_day, status, invitations }) => {
        const { outdated: _, ...counts } = invitations;
        return { event: id, uid, summary, start, tzid: start_zone, all_day, cancelled: status === "cancelled", ...counts };
      }),
    listGuestAnswers: async (of, answer, cursor, limit) => {
      const event = eventsOf(of)[0];
      const counts = sums(of);
      const from = Number(cursor || 0);
      const few: Record<string, number> = { old: 40, bounced: 6, uncertain: 2 };
      const parts = answer in few ? [{ name: "none" as const, count: few[answer] ?? 0 }] : said.map((name) => ({ name, count: answer === "" || answer === name ? counts[name] : 0 }));
      const total = parts.reduce((sum, { count }) => sum + count, 0);
      const rows: GuestAnswer[] = [];
      for (let index = from; index < Math.min(total, from + limit); index++) {
        let rest = index;
        const name = parts.find(({ count }) => (rest < count ? true : ((rest -= count), false)))?.name ?? "none";
        const guest = world.guests[(index * 7) % world.guests.length];
        rows.push({ invitation: String(index), guest: guest?.id ?? "", address: guest?.address ?? "", name: guest?.name ?? "", event: event?.id ?? "", summary: event?.summary ?? "", answer: name === "none" ? "" : name, at: name === "none" ? "" : new Date(Date.now() - index * 611_000).toISOString(), revision: 1, outdated: index % 23 === 4 && name !== "none", extra_guests: index % 17 === 3 ? 2 : 0, comment: index % 13 === 2 && name !== "none" ? "Coming with the children." : "", receipt: name === "none" ? "" : "m5", by_hand: index % 19 === 6 && name !== "none", delivery: index % 61 === 7 ? "bounced" : "accepted", sent: 1, accepted: index % 61 === 7 ? 0 : 1, holds_old: index % 9 === 5 });
      }
      return { rows, total, next: from + limit < total ? String(from + limit) : "" };
    },
    showReceipt: async (id) => found(world.receipts.find((receipt) => receipt.id === id), "message", id),
    setAnswers: async (_, guests) => {
      changed(world, "answers");
      return { receipts: ["m5"], counted: guests.length, campaigns: [] };
    },
    pullInboxes: async () => {
      changed(world, "answers");
      return { messages: 14, answers: 9, bounces: 1, desk: 1, other: 3, known: 0 };
    },
    importAnswers: async (paths) => {
      changed(world, "answers");
      const problems = paths.filter((file) => !kindOf([file]).startsWith("answers")).map((file) => ({ file, reason: "This is neither a message nor a mailbox file." }));
      return { messages: 40, answers: 31, bounces: 2, desk: 1, other: 2, known: 4, problems };
    },
    markAnswersSeen: async () => {
      world.newAnswers = 0;
      changed(world, "answers");
      return null;
    },
    showChart: async (kind, of, theme, width, height) => drawChart(kind, of ? sums(of) : { yes: 420, maybe: 80, no: 120, none: 190 }, theme, width, height),
    compareEvents: async (events, theme, width) => {
      const chosen = events.map((id) => found(world.events.find((event) => event.id === id), "event", id));
      return groups("Events side by side", "Event", chosen.map(({ summary, invitations }) => [summary, invitations]), theme, width);
    },
    exportComparison: async () => null,
    saveReport: async () => null,
    exportChart: async () => null,
    showBouncePatience: async () => Number(world.settings.get("soft_bounces") ?? "3"),
    chooseBouncePatience: async (messages) => {
      world.settings.set("soft_bounces", String(messages));
      return messages;
    },
    exportAnswers: async () => null,
  };
}
