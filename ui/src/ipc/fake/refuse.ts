import { Failed } from "../failed";
import type { Code } from "../types";

export function refuse(code: Code, message: string, details: Record<string, string> = {}): never {
  throw new Failed({ code, message, details });
}

/** The one that was asked for, or the failure that the engine would give. */
export function found<T>(thing: T | undefined, what: string, name: string): T {
  return thing ?? refuse("not_found", `There is no ${what} “${name}”.`, { what, name });
}
