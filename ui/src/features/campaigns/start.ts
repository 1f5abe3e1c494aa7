// A new campaign with everything chosen that can only be one thing.
import { attempt, backend } from "../../ipc";
import { router } from "../../lib/router.svelte";
import { startWords } from "../../messages/start";

/** Creates a draft that invites to these events and opens it. */
export async function startCampaign(events: string[], name: string): Promise<void> {
  const created = await attempt(async () => {
    const [lists, accounts] = await Promise.all([backend.listGuestLists(), backend.listAccounts()]);
    const senders = accounts.filter((account) => account.role === "sender");
    const inboxes = accounts.filter((account) => account.role === "inbox");
    return backend.createCampaign({
      name,
      kind: "invitation",
      events,
      list: lists.length === 1 ? lists[0]?.id : "",
      subject: startWords.subject,
      body: startWords.body,
      sender: senders.length === 1 ? senders[0]?.id : "",
      inbox: inboxes.length === 1 ? inboxes[0]?.id : "",
    });
  });
  if (created) router.go("campaigns", [created.value.id]);
}
