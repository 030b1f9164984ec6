import type { Issue } from "../base/errors.ts";
import type { Machine } from "../machine/machine.ts";
import { fillPlaceholders, placeholderValues } from "../machine/placeholders.ts";
import type { Answers } from "./schema.ts";

/** The answers for this machine: with its serial number in place of ${serial}, and so on, in URLs and names. */
export function fillAnswers(
  answers: Answers,
  machine: Pick<Machine, "hostname" | "product" | "network">,
): { answers: Answers; issues: Issue[] } {
  const values = placeholderValues(machine);
  const issues: Issue[] = [];
  const filler =
    (encode: (value: string) => string) =>
    <T extends string | null | undefined>(field: string, text: T): T => {
      if (typeof text !== "string") return text;
      const filled = fillPlaceholders(text, values, encode);
      for (const name of filled.missing) {
        const message = `This machine has no ${name}, which \${${name}} asks for. Use another placeholder.`;
        issues.push({ where: field, message, severity: "error" });
      }
      return filled.text as T;
    };
  const name = filler(nameOf);
  const url = filler(encodeURIComponent);
  const { flake, layout, report, system } = answers;
  return {
    answers: {
      ...answers,
      ...(flake && {
        flake: {
          ...flake,
          reference: url("flake.reference", flake.reference),
          host: name("flake.host", flake.host),
          substituters: flake.substituters?.map((one, index) => ({
            ...one,
            url: url(`flake.substituters[${index}].url`, one.url),
          })),
        },
      }),
      ...(layout && { layout: { ...layout, pool: name("layout.pool", layout.pool) } }),
      ...(report && { report: { ...report, url: url("report.url", report.url) } }),
      ...(system && { system: { ...system, hostname: name("system.hostname", system.hostname) } }),
    },
    issues,
  };
}

/** As a host name can have it: lower case, and a hyphen for what else is between letters and digits. */
function nameOf(value: string): string {
  return value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
