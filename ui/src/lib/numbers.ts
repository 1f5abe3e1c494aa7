// Numbers as people read them.
import { locale } from "./locale";

const whole = new Intl.NumberFormat(locale);
const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const plurals = new Intl.PluralRules("en");
const sentenceList = new Intl.ListFormat("en", { type: "conjunction" });

/** 4812 → "4,812". */
export function count(value: number): string {
  return whole.format(value);
}

/** Part of a whole → "61 %". Nothing of nothing is "0 %". */
export function share(part: number, of: number): string {
  return percent.format(of === 0 ? 0 : part / of);
}

/** 13.94 → "13.9". */
export function rough(value: number): string {
  return oneDigit.format(value);
}

/** (2, "guest") → "2 guests"; an irregular plural is the third argument. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${plurals.select(value) === "one" ? one : many}`;
}

/** ["a", "b", "c"] → "a, b, and c". */
export function list(words: string[]): string {
  return sentenceList.format(words);
}
