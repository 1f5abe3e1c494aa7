// Rules that write one calendar of the made-up world into another, and twins that were made by hand.
import type { CommandCalls } from "../backend";
import type { RuleForm, RulePreview, RuleView, TwinView } from "../types";
import { found, refuse } from "./refuse";
import { changed, freshId, type World } from "./world";

type Calls = Pick<CommandCalls, "listCopyRules" | "previewCopyRule" | "putCopyRule" | "removeCopyRule" | "listTwins" | "settleTwin">;

/** What the league’s feed has, its places and whether each is over. */
const fixtures = [
  { summary: "Bears v Packers", when: "Sun 7 March 2027, 13:00–16:00", place: "Bears Field", twin: "Packers match", isOver: false },
  { summary: "Bears v Lions", when: "Sun 14 March 2027, 13:00–16:00", place: "Bears Field", twin: "", isOver: false },
  { summary: "Vikings v Bears", when: "Sun 21 March 2027, 18:30–21:30", place: "Minneapolis", twin: "", isOver: false },
  ...Array.from({ length: 11 }, (_, week) => ({ summary: `Round ${String(week + 4)}`, when: `Sun ${String(week + 1)} August 2027, 13:00–16:00`, place: week % 2 === 0 ? "Bears Field" : "Away", twin: "", isOver: false })),
  ...Array.from({ length: 6 }, (_, week) => ({ summary: `Friendly ${String(week + 1)}`, when: `Sat ${String(week + 3)} October 2026, 15:00–17:00`, place: "Bears Field", twin: "", isOver: true })),
];

const leagueForm: RuleForm = { source: "8", target: "1", title: "League: {title}", colour: "amber", zone: "", words: [], only_confirmed: false, only_coming: true, gone: "cancel" };

export function copyRules(): RuleView[] {
  return [{ id: "1", form: leagueForm, source_name: "League fixtures", target_name: "Lakeside Bears", copies: 13, twins: 1, followed_at: new Date().toISOString(), problem: "" }];
}

export function twins(): TwinView[] {
  const side = (event: string, summary: string, place: string, description: string): TwinView["booking"] => ({ event, uid: `${event}@practice.example`, summary, when: "Sun 7 March 2027, 13:00–16:00", place, description });
  return [{ id: "1:f1", source_name: "League fixtures", target_name: "Lakeside Bears", booking: side("401", "Bears v Packers", "Bears Field, gate opens at noon", "Match 214 of the league. Referee: M. Olsen."), by_hand: side("402", "Packers match", "", "Bring the new flags") }];
}

function preview(form: RuleForm): RulePreview {
  const texts = form.words.map((word) => word.toLowerCase());
  const fits = fixtures.filter(({ summary, place, isOver }) => !(form.only_coming && isOver) && (texts.length === 0 || texts.some((word) => `${summary} ${place}`.toLowerCase().includes(word))));
  const samples = fits.slice(0, 5).map(({ summary, when, place, twin }) => ({ summary: form.title.replaceAll("{title}", summary).replaceAll("{place}", place).replaceAll("{calendar}", "League fixtures"), when, place, twin }));
  return { total: fixtures.length, wanted: fits.length, twins: fits.filter(({ twin }) => twin !== "").length, samples };
}

function check(form: RuleForm): void {
  const unknown = /\{(?!title\}|place\}|calendar\})([^}]*)\}/.exec(form.title)?.[0];
  if (unknown !== undefined) refuse("invalid_input", `“${unknown}” stands for nothing. There are {title}, {place} and {calendar}.`, { field: "title" });
}

export function copyCalls(world: World): Calls {
  const nameOf = (id: string): string => found(world.calendars.find((calendar) => calendar.id === id), "calendar", id).name;
  return {
    listCopyRules: async () => [...world.copyRules],
    previewCopyRule: async (form) => {
      check(form);
      return preview(form);
    },
    putCopyRule: async (id, form) => {
      check(form);
      const { wanted, twins: waiting } = preview(form);
      if (id === "" && world.copyRules.some((rule) => rule.form.source === form.source && rule.form.target === form.target)) refuse("name_taken", "There is a rule between these two calendars already. Change that one.", { what: "rule" });
      const rule: RuleView = { id: id || freshId(world), form, source_name: nameOf(form.source), target_name: nameOf(form.target), copies: wanted - waiting, twins: waiting, followed_at: new Date().toISOString(), problem: "" };
      world.copyRules = [...world.copyRules.filter((known) => known.id !== id), rule];
      changed(world, "calendars", "events");
      return rule;
    },
    removeCopyRule: async (id) => {
      world.copyRules = world.copyRules.filter((rule) => rule.id !== id);
      changed(world, "calendars");
      return null;
    },
    listTwins: async () => [...world.twins],
    settleTwin: async (id) => {
      found(world.twins.find((twin) => twin.id === id), "twin", id);
      world.twins = world.twins.filter((twin) => twin.id !== id);
      changed(world, "events", "calendars");
      return null;
    },
  };
}
