/** An icon of the one set. */
export type { LucideIcon as Icon } from "@lucide/svelte";
