// The draft that is being written: kept a moment after each change, and previewed from what was kept.
import { backend, failureOf, Query } from "../../ipc";
import type { AudiencePreview, CampaignDetail, Failure } from "../../ipc/types";

export type Draft = CampaignDetail["draft"];

const pause = 400;

export class DraftModel {
  readonly id: string;
  draft: Draft = $state.raw({} as Draft);
  detail: CampaignDetail = $state.raw({} as CampaignDetail);
  saving: "saved" | "saving" | "failed" = $state("saved");
  failure: Failure | null = $state.raw(null);
  /** Rises with every change that was kept: previews read again. */
  kept = $state(0);
  audience: Query<AudiencePreview>;
  #timer = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(detail: CampaignDetail) {
    this.id = detail.id;
    this.detail = detail;
    this.draft = detail.draft;
    this.audience = new Query(() => backend.previewAudience(this.id));
    void this.audience.refresh();
  }

  change(part: Partial<Draft>): void {
    this.draft = { ...this.draft, ...part };
    this.saving = "saving";
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.flush(), pause);
  }

  /** Keeps what was changed, now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.saving === "saved") return this.#writing;
    const draft = this.draft;
    this.#writing = this.#writing.then(() => this.#write(draft));
    return this.#writing;
  }

  async #write(draft: Draft): Promise<void> {
    try {
      this.detail = await backend.updateCampaign(this.id, draft);
      if (this.draft === draft) this.saving = "saved";
      this.failure = null;
      this.kept++;
      await this.audience.refresh();
    } catch (thrown) {
      this.saving = "failed";
      this.failure = failureOf(thrown);
    }
  }
}
