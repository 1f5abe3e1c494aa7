// Everything that can be done by its name.
import CalendarPlus from "@lucide/svelte/icons/calendar-plus";
import ClipboardPaste from "@lucide/svelte/icons/clipboard-paste";
import Inbox from "@lucide/svelte/icons/inbox";
import MailOpen from "@lucide/svelte/icons/mail-open";
import Monitor from "@lucide/svelte/icons/monitor";
import Moon from "@lucide/svelte/icons/moon";
import Plus from "@lucide/svelte/icons/plus";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import Send from "@lucide/svelte/icons/send";
import ShieldCheck from "@lucide/svelte/icons/shield-check";
import Sun from "@lucide/svelte/icons/sun";
import Target from "@lucide/svelte/icons/locate";
import Upload from "@lucide/svelte/icons/upload";
import UserPlus from "@lucide/svelte/icons/user-plus";

import { attempt, backend } from "../../ipc";
import { today } from "../../lib/dates";
import { router } from "../../lib/router.svelte";
import { toasts } from "../../lib/toasts.svelte";
import { campaigns } from "../../messages/campaigns";
import { frame } from "../../messages/frame";
import { startCampaign } from "../campaigns/start";
import { syncNow } from "../connected/sync";
import { chooseAnswerFiles, chooseCalendarFiles } from "./files";
import type { Entry } from "./palette";
import { session } from "./session.svelte";

async function pull(): Promise<void> {
  const pulled = await attempt(() => backend.pullInboxes());
  if (pulled) toasts.done(frame.pulled(pulled.value.messages - pulled.value.known, pulled.value.answers));
}

export function commands(): Entry[] {
  const practising = session.overview.value?.rehearsal ?? false;
  const list: Omit<Entry, "id" | "group" | "detail">[] = [
    { icon: Plus, title: frame.newEvent, keys: "N", run: () => router.go("calendar", [], { new: today().toString() }) },
    { icon: Upload, title: frame.importCalendar, run: () => void chooseCalendarFiles() },
    { icon: ClipboardPaste, title: frame.pasteCalendar, run: () => router.go("import", ["paste"]) },
    { icon: UserPlus, title: frame.importGuests, run: () => router.go("guests", ["import"]) },
    { icon: Send, title: frame.newCampaign, run: () => void startCampaign([], campaigns.defaultName) },
    { icon: Target, title: frame.today, keys: "T", run: () => router.go("calendar", [], { day: today().toString() }) },
    { icon: Inbox, title: frame.pull, run: () => void pull() },
    ...(practising ? [] : [{ icon: CalendarPlus, title: frame.connectCalendar, run: () => router.go("settings", ["connect"]) }]),
    ...((session.overview.value?.calendar_accounts ?? 0) > 0 ? [{ icon: RefreshCw, title: frame.sync, run: () => void syncNow(null) }] : []),
    { icon: MailOpen, title: frame.importAnswers, run: () => void chooseAnswerFiles() },
    { icon: Sun, title: frame.lightTheme, run: () => session.chooseTheme("light") },
    { icon: Moon, title: frame.darkTheme, run: () => session.chooseTheme("dark") },
    { icon: Monitor, title: frame.systemTheme, run: () => session.chooseTheme("system") },
    practising
      ? { icon: ShieldCheck, title: frame.leavePractice, run: () => void session.leavePractice() }
      : { icon: ShieldCheck, title: frame.startPractice, run: () => void session.startPractice() },
  ];
  return list.map((entry) => ({ ...entry, id: entry.title, group: frame.commands, detail: "" }));
}
