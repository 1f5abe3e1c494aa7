/** The colours of meaning, after which tokens are named. */
export type Tone = "yes" | "maybe" | "no" | "none" | "uncertain" | "accent";
