import type { Issue } from "../base/errors.ts";

export function error(where: string, message: string): Issue {
  return { where, message, severity: "error" };
}

export function warning(where: string, message: string): Issue {
  return { where, message, severity: "warning" };
}

/** A sentence as an error at its place; none where there is no sentence. */
export function problem(where: string, message: string | null): Issue[] {
  return message === null ? [] : [error(where, message)];
}
