import { readFile, stat } from "node:fs/promises";
import type { Issue } from "../base/errors.ts";
import type { Answers } from "./schema.ts";

/** A plan carries the content of files: what is larger belongs into the flake, or is fetched at the first boot. */
const largest = 1024 * 1024;

/**
 * Puts the content of the files that `system.files` names by path into the answers, for they have to be there before
 * anything is written.
 */
export async function withFiles(answers: Answers): Promise<{ answers: Answers; issues: Issue[] }> {
  const issues: Issue[] = [];
  const files = await Promise.all(
    (answers.system?.files ?? []).map(async (entry, index) => {
      const { file: path, ...rest } = entry;
      if (path === undefined) return entry;
      try {
        const { size } = await stat(path);
        if (size <= largest) return { ...rest, base64: (await readFile(path)).toString("base64") };
        issues.push(
          issue(
            index,
            `${path} is larger than 1 MiB. Take it into the flake, or fetch it at the first boot.`,
          ),
        );
      } catch {
        issues.push(issue(index, `${path} cannot be read.`));
      }
      return entry;
    }),
  );
  if (files.length === 0) return { answers, issues };
  return { answers: { ...answers, system: { ...answers.system, files } }, issues };
}

function issue(index: number, message: string): Issue {
  return { where: `system.files[${index}].file`, message, severity: "error" };
}
