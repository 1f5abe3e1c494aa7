// What the whole window knows: the overview, and the settings that it keeps.
import { attempt, backend, happened, Query } from "../../ipc";
import type { Overview } from "../../ipc/types";
import { router } from "../../lib/router.svelte";
import { isThemeChoice, theme, type ThemeChoice } from "../../lib/theme.svelte";
import { announceArrivals } from "./arrivals";

class Session {
  overview = new Query<Overview>(() => this.#read());
  /** The organizer put the first steps away. */
  stepsHidden = $state(false);
  /** The system says that answers came while the window is in the background. */
  notifies = $state(true);
  #begun = false;

  /** Practice was left: the next door is the other one. */
  practised = $state(false);

  constructor() {
    announceArrivals(() => this.overview.value?.rehearsal !== true && router.where.place !== "answers");
    happened.onChange(["calendars", "events", "guests", "accounts", "campaigns", "answers"], () => this.overview.follow());
  }

  async open(): Promise<void> {
    await this.overview.refresh();
    if (this.overview.value) await attempt(() => happened.connect(backend));
  }

  /** The data is opened before anything of it is read, and the colours are known before anything is shown. */
  async #read(): Promise<Overview> {
    if (!this.#begun) {
      await backend.openData();
      await this.readSettings();
      this.#begun = true;
    }
    return backend.showOverview();
  }

  async readSettings(): Promise<void> {
    const [chosen, steps, notifications] = await Promise.all([backend.getSetting("theme"), backend.getSetting("first_steps"), backend.getSetting("notifications")]).catch(() => [null, null, null]);
    if (isThemeChoice(chosen)) theme.choose(chosen);
    this.notifies = notifications !== "off";
    this.stepsHidden = steps === "hidden";
  }

  chooseTheme(choice: ThemeChoice): void {
    theme.choose(choice);
    // Where the data could not be opened, there is nowhere to keep it.
    if (this.overview.value) void attempt(() => backend.putSetting("theme", choice));
  }

  chooseNotifications(on: boolean): void {
    this.notifies = on;
    void attempt(() => backend.putSetting("notifications", on ? "on" : "off"));
  }

  hideSteps(): void {
    this.stepsHidden = true;
    void attempt(() => backend.putSetting("first_steps", "hidden"));
  }

  /** Goes over to the practice world, and to its draft. */
  async startPractice(): Promise<void> {
    const started = await attempt(() => backend.startRehearsal());
    if (!started) return;
    happened.clear();
    this.overview.set(started.value);
    await this.readSettings();
    // The draft is prefilled: the first invitation is one press away.
    const campaigns = await attempt(() => backend.listCampaigns());
    const draft = campaigns?.value.find(({ status }) => status.state === "draft");
    router.go(draft ? "campaigns" : "calendar", draft ? [draft.id] : []);
  }

  async leavePractice(): Promise<void> {
    const left = await attempt(() => backend.endRehearsal());
    if (!left) return;
    this.practised = true;
    happened.clear();
    this.overview.set(left.value);
    await this.readSettings();
    await attempt(() => happened.connect(backend));
    router.go("calendar");
  }
}

export const session = new Session();

/** Nothing was ever done here: the two doors are shown. */
export function isFirstRun(overview: Overview): boolean {
  return !overview.rehearsal && overview.calendars + overview.guests + overview.campaigns + overview.senders === 0;
}
