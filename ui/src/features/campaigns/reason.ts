// Why a guest is left out, in the words of what they were to get.
import { campaigns } from "../../messages/campaigns";

export function reasonWords(kind: string, reason: string): string {
  const holds = kind === "update" || kind === "cancellation";
  return (holds ? campaigns.heldReasons[reason] : undefined) ?? campaigns.reasons[reason] ?? reason;
}
