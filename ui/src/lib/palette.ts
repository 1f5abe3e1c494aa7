/** The colours that a sub-calendar can have, and an event of its own. */
export const palette = ["indigo", "blue", "teal", "green", "amber", "orange", "red", "pink", "violet", "grey"] as const;

export type Colour = (typeof palette)[number];

/** A colour of the palette; what is not one is grey. */
export function colourOf(name: string): Colour {
  return palette.find((colour) => colour === name) ?? "grey";
}
