import type { Issue } from "../base/errors.ts";
import { takesPassphrase } from "../plan/encryption.ts";
import { mountedIssues } from "../plan/mounted/issues.ts";
import { fieldNamed } from "./fields/index.ts";
import type { LayoutField, Model } from "./model.ts";
import { currentLayout } from "./navigation.ts";

/** What is wrong on the layout screen: the layout's own issues, and a passphrase that is missing. */
export function layoutIssues(model: Model): Issue[] {
  if (model.answers.target === "mounted") return [];
  // What is wrong with a host is told where another can be chosen.
  const issues = (currentLayout(model)?.issues ?? []).filter(({ where }) => !where.startsWith("flake"));
  if (!takesPassphrase(model.answers.layout.encryption) || model.passphrase !== null) return [...issues];
  return [
    ...issues,
    {
      where: "layout.encryption",
      message: "Encryption needs a passphrase: open the field and set one.",
      severity: "error",
    },
  ];
}

/** What is wrong with what is mounted, as far as it does not depend on a host. */
export function mountedProblems({ machine, answers }: Model): Issue[] {
  if (machine.is !== "done") return [];
  const { evaluated: _, ...flake } = answers.flake;
  return mountedIssues(machine.value, { ...answers, flake }).filter(({ where }) => where === "target");
}

/** The issue that belongs beside a field, if there is one. */
export function issueAt(issues: readonly Issue[], field: LayoutField): Issue | undefined {
  return issues.find(({ where }) => fieldNamed(field).place.test(where));
}
