// Where the window is, kept in the hash, so that back and forward work and a place can be named: `#/calendar?event=12&day=2027-03-14`.

export interface Where {
  /** The first segment: calendar, guests, campaigns, answers, changes, settings, import, start. */
  place: string;
  /** The segments after it, e.g. a campaign's id. */
  rest: string[];
  query: Record<string, string>;
}

export function parseHash(hash: string): Where {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [place = "", ...rest] = path.split("/").filter(Boolean).map(decodeURIComponent);
  return { place, rest, query: Object.fromEntries(new URLSearchParams(search)) };
}

export function formatHash(place: string, rest: string[] = [], query: Record<string, string> = {}): string {
  const filled = Object.entries(query).filter(([, value]) => value !== "");
  const search = new URLSearchParams(filled).toString();
  return `#/${[place, ...rest].map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
}

class Router {
  where: Where = $state.raw(parseHash(location.hash));

  constructor() {
    addEventListener("hashchange", () => (this.where = parseHash(location.hash)));
  }

  /** Goes to a place, with a step to come back by. */
  go(place: string, rest: string[] = [], query: Record<string, string> = {}): void {
    location.hash = formatHash(place, rest, query);
    this.where = parseHash(location.hash);
  }

  /** Changes the query of the place where we are, without a step to come back by; an empty value removes its name. */
  refine(query: Record<string, string>): void {
    const { place, rest, query: before } = this.where;
    history.replaceState(null, "", formatHash(place, rest, { ...before, ...query }));
    this.where = parseHash(location.hash);
  }
}

export const router = new Router();
