// Every place of the window, in the order of the side bar.
import CalendarDays from "@lucide/svelte/icons/calendar-days";
import ChartColumn from "@lucide/svelte/icons/chart-column";
import History from "@lucide/svelte/icons/history";
import Send from "@lucide/svelte/icons/send";
import Settings from "@lucide/svelte/icons/settings";
import Users from "@lucide/svelte/icons/users";
import type { Component } from "svelte";

import type { Icon } from "../lib/icon";
import { frame } from "../messages/frame";
import AnswersView from "../views/AnswersView.svelte";
import CalendarView from "../views/CalendarView.svelte";
import CampaignsView from "../views/CampaignsView.svelte";
import ChangesView from "../views/ChangesView.svelte";
import GuestsView from "../views/GuestsView.svelte";
import ImportView from "../views/ImportView.svelte";
import SettingsView from "../views/SettingsView.svelte";

export interface Place {
  /** First segment of the hash. */
  id: string;
  label: string;
  icon: Icon;
}

export const places: Place[] = [
  { id: "calendar", label: frame.calendar, icon: CalendarDays },
  { id: "guests", label: frame.guests, icon: Users },
  { id: "campaigns", label: frame.campaigns, icon: Send },
  { id: "answers", label: frame.answers, icon: ChartColumn },
  { id: "changes", label: frame.changes, icon: History },
  { id: "settings", label: frame.settings, icon: Settings },
];

export const views: Record<string, Component> = {
  calendar: CalendarView,
  guests: GuestsView,
  campaigns: CampaignsView,
  answers: AnswersView,
  changes: ChangesView,
  settings: SettingsView,
  import: ImportView,
};
