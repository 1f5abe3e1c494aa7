// The rules that write one calendar into another too, once for the whole window.
import { backend, happened, Query } from "../../ipc";
import type { RuleView } from "../../ipc/types";

export const rules = new Query<RuleView[]>(() => backend.listCopyRules());

happened.onChange(["calendars", "events"], () => rules.follow());
