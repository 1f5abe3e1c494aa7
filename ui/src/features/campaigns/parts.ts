// The parts of a campaign's bar: what was sent, what is unclear, what failed, what was left out or is told by another, what is still to send.
import type { CampaignStatus } from "../../ipc/types";
import { campaigns } from "../../messages/campaigns";
import { answersWords } from "../../messages/states";

export const partsOf = (status: CampaignStatus) => [
  { id: "accepted", tone: "yes" as const, label: answersWords.accepted, value: status.accepted },
  { id: "uncertain", tone: "uncertain" as const, label: answersWords.uncertain, value: status.uncertain },
  { id: "refused", tone: "no" as const, label: answersWords.refused, value: status.refused },
  { id: "bounced", tone: "no" as const, label: campaigns.deliveryStates["bounced"] ?? "", value: status.bounced + status.complained, hatched: true },
  { id: "skipped", tone: "maybe" as const, label: campaigns.deliveryStates["skipped"] ?? "", value: status.skipped },
  ...(status.superseded > 0 ? [{ id: "superseded", tone: "accent" as const, label: campaigns.deliveryStates["superseded"] ?? "", value: status.superseded }] : []),
  { id: "queued", tone: "none" as const, label: answersWords.queued, value: status.queued + status.retry + status.handed_over },
];
