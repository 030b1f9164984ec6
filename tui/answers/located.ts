import type { Issue } from "../base/errors.ts";

/** Issues that name a field, "layout.pool", with its place in the answer file; disks and the like keep their names. */
export function located(issues: readonly Issue[], placeOf: (field: string) => string): Issue[] {
  return issues.map((issue) =>
    /^[a-z]\w*(\.|\[|$)/i.test(issue.where) && !issue.where.includes("/")
      ? { ...issue, where: placeOf(issue.where) }
      : issue,
  );
}
