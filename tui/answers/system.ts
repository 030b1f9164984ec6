import type { Issue } from "../base/errors.ts";
import type { ExtraFile, SystemChoices } from "../plan/system-choices.ts";
import { givenValues } from "./given-values.ts";
import type { Answers } from "./schema.ts";
import { secretFile } from "./secrets.ts";

type SystemAnswers = NonNullable<Answers["system"]>;
type FileAnswer = NonNullable<SystemAnswers["files"]>[number];

/** What the `system` section decides; what it leaves out is as in `others`. */
export function systemOf(answers: SystemAnswers, others: SystemChoices): SystemChoices {
  const { hostKeys, files, ...rest } = answers;
  return {
    ...others,
    ...givenValues(rest),
    ...(hostKeys === undefined ? {} : { hostKeys: hostKeysOf(hostKeys) }),
    ...(files === undefined ? {} : { files: files.map(fileOf) }),
  };
}

/** Files that will not be where they are looked for. */
export function systemIssues({ system, layout }: Answers): Issue[] {
  const mountpoints = layout?.datasets?.map(({ mountpoint }) => mountpoint) ?? ["/home", "/nix", "/var/log"];
  const kept = ["/persist", "/boot", ...mountpoints].filter((place) => place !== "/");
  return (system?.files ?? []).flatMap(({ path, file }, index): Issue[] => {
    const where = `system.files[${index}]`;
    const isKept = layout?.preset !== "impermanence" || kept.some((place) => path.startsWith(`${place}/`));
    return [
      // withFiles puts the content in its place: without it the file would be empty.
      ...(file === undefined
        ? []
        : [{ where: `${where}.file`, severity: "error" as const, message: `${file} was not read.` }]),
      ...(isKept
        ? []
        : [
            {
              where: `${where}.path`,
              severity: "warning" as const,
              message: `${path} is gone after the first boot of an impermanent system. Put it below /persist.`,
            },
          ]),
    ];
  });
}

/** The section that decides this. Secrets are asked for: where they came from is not among the choices. */
export function systemAnswers({
  hostname,
  hostId,
  authorizedKeys,
  hostKeys,
  files,
  firstBoot,
}: SystemChoices): SystemAnswers {
  return {
    hostname,
    // Empty until one is drawn.
    ...(hostId ? { hostId } : {}),
    authorizedKeys: [...authorizedKeys],
    hostKeys:
      typeof hostKeys === "string" ? hostKeys : { given: hostKeys.given.map(() => ({ ask: true as const })) },
    ...(files.length > 0 ? { files: files.map(fileAnswer) } : {}),
    ...(firstBoot === null ? {} : { firstBoot: typeof firstBoot === "string" ? firstBoot : [...firstBoot] }),
  };
}

function hostKeysOf(answer: NonNullable<SystemAnswers["hostKeys"]>): SystemChoices["hostKeys"] {
  if (typeof answer === "string") return answer;
  return { given: answer.given.map((_, index) => secretFile(`system.hostKeys.given[${index}]`)) };
}

function fileOf({ path, owner, group, mode, ...from }: FileAnswer, index: number): ExtraFile {
  const content =
    from.secret !== undefined
      ? { secret: secretFile(`system.files[${index}].secret`) }
      : from.base64 !== undefined
        ? { base64: from.base64 }
        : { text: from.content ?? "" };
  return {
    ...{ path, content, owner: owner ?? "root", group: group ?? "root" },
    mode: mode ?? ("secret" in content ? "0600" : "0644"),
  };
}

function fileAnswer({ path, content, owner, group, mode }: ExtraFile): FileAnswer {
  const from =
    "secret" in content
      ? { secret: { ask: true as const } }
      : "text" in content
        ? { content: content.text }
        : content;
  return { path, ...from, owner, group, mode };
}
