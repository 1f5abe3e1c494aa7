// Connecting an account step by step: the way, what it needs, consent in the browser, which calendars.
import { backend, failureOf, hasCode } from "../../ipc";
import type { CalendarAccountForm, Connecting as Begun } from "../../ipc/types";
import type { Way } from "../../messages/connected";

export type Step = { at: "ways" } | { at: "form"; way: Way } | { at: "consent"; way: Way; page: string } | { at: "choose"; account: string };

export class Connecting {
  step: Step = $state.raw({ at: "ways" });
  busy = $state(false);
  error = $state("");
  /** The browser came back without consent, or with one that is of no use: only a new beginning helps. */
  failed = $state(false);
  /** Passwords are locked: what was begun goes on once they are open. */
  unlocking = $state(false);
  /** The browser could not be opened from here. */
  notOpened = $state(false);
  #turn = 0;
  #begin: (() => Promise<void>) | null = null;

  choose(way: Way): void {
    this.error = "";
    this.step = { at: "form", way };
  }

  back(): void {
    this.#leave();
    this.error = "";
    this.failed = false;
    this.step = this.step.at === "consent" ? { at: "form", way: this.step.way } : { at: "ways" };
  }

  connect(way: Way, form: CalendarAccountForm): void {
    this.#start(way, () => backend.connectCalendarAccount(form));
  }

  /** Asks for consent to an account that is there already. */
  reconnect(way: Way, account: string): void {
    this.#start(way, () => backend.reconnectCalendarAccount(account));
  }

  /** Asks for consent to send and read the account's mail too. */
  connectMail(way: Way, account: string): void {
    this.#start(way, () => backend.connectAccountMail(account));
  }

  unlocked(): void {
    this.unlocking = false;
    void this.#begin?.();
  }

  /** Opens the page once more. */
  async open(page: string): Promise<void> {
    this.notOpened = false;
    try {
      await backend.openPage(page);
    } catch {
      this.notOpened = true;
    }
  }

  async paste(address: string): Promise<void> {
    await this.#try(async () => this.#connected(await backend.pasteConsent(address)));
  }

  /** Begins anew after consent that came to nothing. */
  again(): void {
    void this.#begin?.();
  }

  /** The dialog is closed: nothing waits any more. */
  end(): void {
    this.#leave();
  }

  #start(way: Way, begin: () => Promise<Begun>): void {
    this.#begin = () =>
      this.#try(async () => {
        const { account, page } = await begin();
        if (page === "") {
          this.#connected(account);
          return;
        }
        this.failed = false;
        this.step = { at: "consent", way, page };
        void this.open(page);
        void this.#wait();
      });
    void this.#begin();
  }

  /** Consent is waited for beside the address that may be pasted: what comes late is nobody's any more. */
  async #wait(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const account = await backend.awaitConsent();
      if (turn === this.#turn) this.#connected(account);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = failureOf(thrown).message;
      this.failed = true;
    }
  }

  #connected(account: string): void {
    this.#turn++;
    this.error = "";
    this.step = { at: "choose", account };
  }

  #leave(): void {
    this.#turn++;
    if (this.step.at === "consent") void backend.abandonConsent();
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = "";
    try {
      await work();
    } catch (thrown) {
      if (hasCode(thrown, "locked")) this.unlocking = true;
      else {
        this.error = failureOf(thrown).message;
        // What was pasted is an answer too, unless it belongs to nothing that was asked.
        if (this.step.at === "consent" && hasCode(thrown, "needs_login")) {
          this.#turn++;
          this.failed = true;
        }
      }
    }
    this.busy = false;
  }
}
