// Charts of the made-up world: drawn much as the engine draws them, from made-up numbers.
import type { ChartKind, ChartView, Theme } from "../types";

export interface Totals {
  yes: number;
  maybe: number;
  no: number;
  none: number;
}

const said = ["yes", "maybe", "no", "none"] as const;
const names = ["Yes", "Maybe", "No", "No answer"];
const colours = {
  light: { ink: "#1b1b22", muted: "#636370", line: "#e4e4ea", accent: "#4f46e5", fills: ["#1f8a4c", "#f0b42e", "#d23b3b", "#babac6"] },
  dark: { ink: "#f2f2f5", muted: "#a3a3b0", line: "#34343e", accent: "#8f8aff", fills: ["#3fb973", "#f2bd48", "#f07070", "#5a5a69"] },
} as const;

const share = (part: number, whole: number): string => `${String(whole === 0 ? 0 : Math.round((100 * part) / whole))} %`;
const sum = (totals: Totals): number => totals.yes + totals.maybe + totals.no + totals.none;
const text = (x: number, y: number, words: string, fill: string, more = ""): string => `<text x="${String(x)}" y="${String(y)}" font-size="13" fill="${fill}" ${more}>${words}</text>`;
const rect = (x: number, y: number, width: number, height: number, fill: string): string => `<rect x="${String(x)}" y="${String(y)}" width="${String(Math.max(0, width))}" height="${String(height)}" rx="4" fill="${fill}"/>`;

function frame(title: string, below: string, theme: Theme, width: number, height: number, marks: string[]): string {
  const { ink, muted } = colours[theme];
  const head = [text(24, 39, title, ink, 'style="font-size:15px;font-weight:600"'), text(24, 62, below, muted)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}" font-family="Inter, sans-serif" role="img" aria-label="${title}">${[...head, ...marks].join("")}</svg>`;
}

/** Bars that lie, with their numbers. */
function lying(title: string, below: string, columns: string[], bars: [string, number][], whole: number, theme: Theme, width: number): ChartView {
  const { ink, muted, line, accent } = colours[theme];
  const left = 24 + width * 0.36;
  const room = width - left - 130;
  const most = Math.max(1, ...bars.map(([, value]) => value));
  const marks = bars.flatMap(([label, value], index) => {
    const middle = 84 + 36 * (index + 0.5);
    return [
      text(24, middle + 5, label, ink),
      rect(left, middle - 6, room, 12, line),
      rect(left, middle - 6, (value / most) * room, 12, accent),
      text(width - 70, middle + 5, value.toLocaleString("en"), ink, 'text-anchor="end" style="font-weight:600"'),
      text(width - 24, middle + 5, share(value, whole), muted, 'text-anchor="end"'),
    ];
  });
  return { svg: frame(title, below, theme, width, 96 + bars.length * 36, marks), columns, rows: bars.map(([label, value]) => [label, String(value), share(value, whole)]) };
}

/** A bar of answers for each group. */
export function groups(title: string, group: string, rows: [string, Totals][], theme: Theme, width: number): ChartView {
  const { ink, fills } = colours[theme];
  const marks = rows.flatMap(([label, totals], index) => {
    const top = 84 + index * 54;
    let left = 24;
    const parts = said.flatMap((name, at) => {
      const long = (totals[name] / Math.max(1, sum(totals))) * (width - 48);
      left += long;
      return rect(left - long, top + 24, long - 2, 14, fills[at] ?? "");
    });
    return [text(24, top + 15, label, ink), text(width - 24, top + 15, said.map((name) => totals[name].toLocaleString("en")).join(" · "), ink, 'text-anchor="end" style="font-weight:600"'), ...parts];
  });
  const guests = rows.reduce((all, [, totals]) => all + sum(totals), 0);
  return {
    svg: frame(title, `${guests.toLocaleString("en")} guests`, theme, width, 100 + rows.length * 54, marks),
    columns: [group, "Guests", ...names, "Share yes"],
    rows: rows.map(([label, totals]) => [label, String(sum(totals)), ...said.map((name) => String(totals[name])), share(totals.yes, sum(totals))]),
  };
}

function course(title: string, totals: Totals, theme: Theme, width: number, height: number): ChartView {
  const { muted, line, accent, fills } = colours[theme];
  const answered = totals.yes + totals.maybe + totals.no;
  const right = width - 120;
  const tall = height - 148;
  const at = (part: number): number => 1 - Math.exp(-5 * part);
  const places = Array.from({ length: 41 }, (_, index) => index / 40);
  const y = (value: number): number => 100 + tall * (1 - value / Math.max(1, answered));
  let below = 0;
  const layers = said.slice(0, 3).map((name, index) => {
    const [low, high] = [below, below + totals[name]];
    below = high;
    const edge = (value: number, part: number): string => `${(60 + (right - 60) * part).toFixed(1)},${y(value * at(part)).toFixed(1)}`;
    const outline = [...places.map((part) => edge(high, part)), ...[...places].reverse().map((part) => edge(low, part))];
    return `<polygon points="${outline.join(" ")}" fill="${fills[index] ?? ""}"/>${text(right + 12, y((low + high) / 2) + 5, `${names[index] ?? ""} ${totals[name].toLocaleString("en")}`, muted)}`;
  });
  const mark = 60 + (right - 60) * 0.45;
  const marks = [rect(60, 100 + tall, right - 60, 1, line), ...layers, `<line x1="${String(mark)}" x2="${String(mark)}" y1="92" y2="${String(100 + tall)}" stroke="${accent}" stroke-dasharray="4 3"/>`, text(mark - 20, 86, "Update", accent)];
  const rows = places.map((part) => [`${String(Math.round(part * 216))} h`, ...said.slice(0, 3).map((name) => String(Math.round(totals[name] * at(part))))]);
  return { svg: frame(title, `${answered.toLocaleString("en")} answers since the invitations went out`, theme, width, height, marks), columns: ["Time", ...names.slice(0, 3)], rows };
}

export function drawChart(kind: ChartKind, totals: Totals, theme: Theme, width: number, height: number): ChartView {
  const invited = sum(totals);
  const answered = invited - totals.none;
  const part = (of: number, share: number): number => Math.round(of * share);
  const split = (share: number): Totals => ({ yes: part(totals.yes, share), maybe: part(totals.maybe, share), no: part(totals.no, share), none: part(totals.none, share) });
  switch (kind) {
    case "timeline":
      return course("Answers over time", totals, theme, width, Math.max(260, height));
    case "funnel":
      return lying("From sent to yes", `${share(totals.yes, invited)} of the invitations got a yes`, ["Step", "Guests", "Share"], [["Sent", invited], ["Accepted by server", part(invited, 0.985)], ["Answered", answered], ["Yes", totals.yes]], invited, theme, width);
    case "waits":
      return lying("Time to answer", "Half of the answers came within 12 h", ["Within", "Guests", "Share"], [["1 h", part(answered, 0.12)], ["3 h", part(answered, 0.15)], ["12 h", part(answered, 0.26)], ["1 day", part(answered, 0.21)], ["2 days", part(answered, 0.14)], ["7 days", part(answered, 0.12)]], answered, theme, width);
    case "channels":
      return groups("How answers came", "Way", answered === 0 ? [] : [["In their calendar", { ...split(0.7), none: 0 }], ["By a link in the mail", { ...split(0.25), none: 0 }], ["Entered by you", { ...split(0.05), none: 0 }]], theme, width);
    case "bounces":
      return lying("Did not arrive", `${String(part(invited, 0.015))} messages`, ["Reason", "Messages", "Share"], [["The address does not exist", part(invited, 0.009)], ["The mailbox is full", part(invited, 0.004)], ["Another reason", part(invited, 0.002)]], part(invited, 0.015), theme, width);
    case "providers":
    case "answers":
    case "season":
      return groups("By mail provider", "Provider", [["Gmail", split(0.46)], ["Outlook and Hotmail", split(0.21)], ["Yahoo and AOL", split(0.08)], ["iCloud", split(0.09)], ["All others", split(0.16)]], theme, width);
  }
}
