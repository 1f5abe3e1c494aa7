import type { Code, Failure } from "./types";

/** A command that the engine refused: the failure as it crossed. */
export class Failed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "Failed";
    this.failure = failure;
  }
}

/** Whatever was thrown, as a failure: what is not the engine's is a fault of ours. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failed) return thrown.failure;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "internal", message, details: {} };
}

export function hasCode(thrown: unknown, code: Code): boolean {
  return thrown instanceof Failed && thrown.failure.code === code;
}
