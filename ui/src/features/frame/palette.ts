// What the palette lists.
import CalendarDays from "@lucide/svelte/icons/calendar-days";
import Folder from "@lucide/svelte/icons/calendar-range";
import Send from "@lucide/svelte/icons/send";
import User from "@lucide/svelte/icons/user";
import Users from "@lucide/svelte/icons/users";

import type { SearchHit } from "../../ipc/types";
import { day } from "../../lib/dates";
import type { Icon } from "../../lib/icon";
import { router } from "../../lib/router.svelte";
import { frame } from "../../messages/frame";

export interface Entry {
  id: string;
  group: string;
  icon: Icon;
  title: string;
  detail: string;
  colour?: string;
  keys?: string;
  run: () => void;
}

const icons: Record<string, Icon> = { event: CalendarDays, guest: User, list: Users, campaign: Send, calendar: Folder };

function open({ kind, id, day: on }: SearchHit): void {
  switch (kind) {
    case "event":
      router.go("calendar", [], { event: id, day: on });
      break;
    case "guest":
      router.go("guests", [], { guest: id });
      break;
    case "list":
      router.go("guests", [], { list: id });
      break;
    case "campaign":
      router.go("campaigns", [id]);
      break;
    default:
      router.go("calendar", [], { day: on });
  }
}

/** Hits of the search, kept together by their kind in the order in which kinds first appear. */
export function entriesOf(hits: SearchHit[]): Entry[] {
  const kinds = [...new Set(hits.map((hit) => hit.kind))];
  return kinds.flatMap((kind) =>
    hits
      .filter((hit) => hit.kind === kind)
      .map((hit) => ({
        id: `${kind}-${hit.id}-${hit.day}`,
        group: frame.hitKinds[kind] ?? kind,
        icon: icons[kind] ?? CalendarDays,
        title: hit.title,
        detail: [hit.day === "" ? "" : day(hit.day), hit.detail].filter(Boolean).join(" · "),
        run: () => open(hit),
      })),
  );
}
