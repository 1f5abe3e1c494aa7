// Which field a clash is about, in words.
import type { ClashView } from "../../ipc/types";
import { eventWords } from "../../messages/calendar";
import { clashWords } from "../../messages/connected";

export const fieldOf = ({ field }: ClashView): string => clashWords.fields[field] ?? eventWords.oldNew(field);
