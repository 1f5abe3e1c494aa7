// The connected accounts, once for the whole window: the side list, the settings and the history show them.
import { backend, happened, Query } from "../../ipc";
import type { CalendarAccountView } from "../../ipc/types";

export const accounts = new Query<CalendarAccountView[]>(() => backend.listCalendarAccounts());

happened.onChange(["accounts", "calendars"], () => accounts.follow());
// When an account was looked at stands nowhere but in its line.
happened.onSynced(() => accounts.follow());
