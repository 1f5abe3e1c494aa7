// Answers and charts as files of the organizer's.
import { attempt, backend } from "../../ipc";
import { toasts } from "../../lib/toasts.svelte";
import { answers } from "../../messages/answers";

/** Asks where to, and writes there; `title` is what the file is named by. */
export async function saveAs(title: string, ending: keyof typeof answers.fileKinds, write: (path: string) => Promise<null>): Promise<void> {
  const done = await attempt(async () => {
    const path = await backend.chooseTarget(answers.fileName(title, ending), { name: answers.fileKinds[ending], extensions: [ending] });
    return path === null ? null : write(path).then(() => path);
  });
  if (done?.value) toasts.done(answers.exported(done.value));
}
