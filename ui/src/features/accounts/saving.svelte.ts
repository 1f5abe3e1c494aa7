import { failureOf, hasCode } from "../../ipc";

/** The saving of a form with a password in it. Where the passwords are still locked it asks for the passphrase, and then goes on. */
export class Saving {
  error = $state("");
  busy = $state(false);
  unlocking = $state(false);
  readonly #save: () => Promise<void>;

  constructor(save: () => Promise<void>) {
    this.#save = save;
  }

  async start(): Promise<void> {
    this.busy = true;
    this.error = "";
    try {
      await this.#save();
    } catch (thrown) {
      if (hasCode(thrown, "locked")) this.unlocking = true;
      else this.error = failureOf(thrown).message;
    }
    this.busy = false;
  }

  unlocked(): void {
    this.unlocking = false;
    void this.start();
  }
}
