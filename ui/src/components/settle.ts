// What a list of things to settle is told of each of them.

/** One of the two that stand side by side. */
export interface Side {
  /** Where it is from. */
  where: string;
  /** What it says. */
  title: string;
  /** Where to look at it. */
  href?: string;
  /** What else it says, a line each. */
  lines?: string[];
  /** A longer text, shown in part. */
  text?: string;
  /** The one that holds now. */
  kept?: boolean;
}

export interface Settleable {
  name: string;
  /** What stands above the sides, where they do not say it themselves. */
  head?: { href: string; aside: string; about: string };
  sides: [Side, Side];
}

/** A button and the letter that does the same. */
export interface SettleWay {
  label: string;
  key: string;
}

export interface SettleWays {
  first: SettleWay;
  /** What most want. */
  best: SettleWay;
}
