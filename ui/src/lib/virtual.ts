// The arithmetic of a list that is longer than an element may be tall.

/** Engines draw wrongly beyond some tens of millions of pixels; this is well below. */
const tallest = 8_000_000;
const spare = 6;

export interface Scale {
  /** How tall the scrolled element is. */
  physical: number;
  /** Pixels of the list for each pixel scrolled. */
  factor: number;
}

export function scaleOf(total: number, rowHeight: number, viewport: number): Scale {
  const logical = total * rowHeight;
  if (logical <= tallest) return { physical: logical, factor: 1 };
  return { physical: tallest, factor: (logical - viewport) / (tallest - viewport) };
}

export interface Window {
  from: number;
  /** Exclusive. */
  to: number;
  /** Where the first row stands in the list, in pixels. */
  top: number;
}

/** Which rows are seen at a place in the list, with a few on either side. */
export function windowOf(logical: number, total: number, rowHeight: number, viewport: number): Window {
  const from = Math.max(0, Math.min(total, Math.floor(logical / rowHeight) - spare));
  const to = Math.min(total, Math.ceil((logical + viewport) / rowHeight) + spare);
  return { from, to: Math.max(from, to), top: from * rowHeight };
}
