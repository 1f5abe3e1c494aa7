// The whole of the made-up world: overview, practice, settings.
import type { CommandCalls } from "../backend";
import type { Overview, RehearsalState, Safety } from "../types";
import { refuse } from "./refuse";
import { changed, fillForPractice, makeWorld, tell, type World } from "./world";

type Calls = Pick<CommandCalls, "openData" | "putBackNewest" | "showOverview" | "startRehearsal" | "advanceRehearsal" | "endRehearsal" | "backUp" | "inspectBackup" | "restoreBackup" | "showSafety" | "unlockVault" | "chooseRecovery" | "chooseBackupFolder" | "exportArchive" | "showRetention" | "chooseRetention" | "exportLog" | "putSetting" | "getSetting" | "markAnswersSeen">;

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
    calendar_accounts: world.calendarAccounts.length,
    clashes: world.clashes.length,
    twins: world.twins.length,
    lease: "",
    locked: world.locked ? wantsPassphrase : "",
  };
}

/** What opens the made-up world's passwords and backups. */
const passphrase = "open sesame, please";
const wantsPassphrase = "The passwords here are sealed with a passphrase. Enter it.";

function safety(world: World): Safety {
  return { vault: world.locked ? "wants_passphrase" : "open", why: world.locked ? wantsPassphrase : "", recovery: world.settings.has("recovery"), folder: world.settings.get("backup_folder") ?? "" };
}

export function appCalls(world: World): Calls {
  let sentBefore = 0;
  const everything = () => changed(world, "calendars", "events", "guests", "accounts", "campaigns", "answers");
  return {
    openData: async () => null,
    putBackNewest: async () => null,
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
    inspectBackup: async () => ({ recovery: true }),
    restoreBackup: async (_, recovery) => {
      if (recovery !== "" && recovery !== passphrase) refuse("locked", "That is not the recovery passphrase of this backup. Try again.");
      return overview(world);
    },
    showSafety: async () => safety(world),
    unlockVault: async (typed) => {
      if (typed !== passphrase) refuse("locked", "That is not the passphrase that the passwords here are sealed with. Try again.");
      world.locked = false;
      changed(world, "accounts");
      return safety(world);
    },
    chooseRecovery: async (typed) => {
      if (typed.length < 12) refuse("invalid_input", "A recovery passphrase has at least 12 characters: whoever guesses it can read every password here.", { field: "recovery" });
      world.settings.set("recovery", "chosen");
      return safety(world);
    },
    chooseBackupFolder: async (path) => {
      world.settings.set("backup_folder", path);
      return safety(world);
    },
    exportArchive: async (_, file) => ({ file, messages: 1204 }),
    showRetention: async () => Number(world.settings.get("archive_months") ?? "0"),
    chooseRetention: async (months) => {
      world.settings.set("archive_months", String(months));
      return months;
    },
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
