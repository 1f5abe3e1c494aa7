/** A seeded stream of numbers in [0, 1): the fake world is the same at every start. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(from: readonly T[], at: number): T {
  const chosen = from[Math.floor(at * from.length) % from.length];
  if (chosen === undefined) throw new Error("Nothing to pick from.");
  return chosen;
}
