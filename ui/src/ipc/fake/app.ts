// The whole of the made-up world: overview, practice, settings.
import type { CommandCalls } from "../backend";
import type { Overview, RehearsalState } from "../types";
import { changed, fillForPractice, makeWorld, tell, type World } from "./world";

type Calls = Pick<CommandCalls, "showOverview" | "startRehearsal" | "advanceRehearsal" | "endRehearsal" | "backUp" | "restoreBackup" | "exportLog" | "putSetting" | "getSetting" | "markAnswersSeen">;

function overview(world: World): Overview {
  return {
    version: "0.1.0",
    rehearsal: world.rehearsal,
    calendars: world.calendars.filter((calendar) => !calendar.deleted).length,
    events: world.events.filter((event) => !event.deleted).length,
    guests: world.guests.length,
    senders: world.accounts.filter((account) => account.role === "sender").length,
    inboxes: world.accounts.filter((account) => account.role === "inbox").length,
    campaigns: world.campaigns.length,
    invitations: world.campaigns.reduce((sum, campaign) => sum + campaign.status.accepted, 0),
    new_answers: world.newAnswers,
    desk: world.receipts.filter((receipt) => receipt.state === "desk").length,
    changes: world.events.filter((event) => event.invitations.outdated > 0).length,
    lease: "",
    locked: "",
  };
}

export function appCalls(world: World): Calls {
  let sentBefore = 0;
  const everything = () => changed(world, "calendars", "events", "guests", "accounts", "campaigns", "answers");
  return {
    showOverview: async () => overview(world),
    startRehearsal: async () => {
      fillForPractice(world);
      everything();
      return overview(world);
    },
    advanceRehearsal: async (): Promise<RehearsalState> => {
      let answered = 0;
      let sent = 0;
      for (const event of world.events) {
        const now = event.invitations;
        if (now.invited === 0) continue;
        const news = Math.ceil(now.none * 0.4);
        const yes = Math.ceil(news * 0.6);
        const maybe = Math.floor(news * 0.15);
        event.invitations = { ...now, yes: now.yes + yes, maybe: now.maybe + maybe, no: now.no + news - yes - maybe, none: now.none - news };
        answered += event.invitations.yes + event.invitations.maybe + event.invitations.no;
        sent += now.invited;
      }
      world.newAnswers = answered - sentBefore;
      sentBefore = answered;
      tell(world, { kind: "answers", answers: world.newAnswers, bounces: 4, desk: 1 });
      changed(world, "answers", "events");
      return { sent, answered, bounced: Math.round(sent / 60), finished: answered >= sent * 0.9 };
    },
    endRehearsal: async () => {
      const heard = world.heard;
      Object.assign(world, makeWorld(world.kind), { heard });
      everything();
      return overview(world);
    },
    backUp: async () => null,
    restoreBackup: async () => overview(world),
    exportLog: async () => null,
    putSetting: async (name, value) => {
      world.settings.set(name, value);
      return null;
    },
    markAnswersSeen: async () => {
      world.newAnswers = 0;
      changed(world, "answers");
      return null;
    },
    getSetting: async (name) => world.settings.get(name) ?? null,
  };
}
