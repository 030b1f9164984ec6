import { bootWords } from "../answers/given.ts";
import type { Issue } from "../base/errors.ts";

/** What was found that an answer file may come from. */
export interface Found {
  /** /proc/cmdline. */
  readonly commandLine: string;
  /** Files that are there, of those in `answerFiles`. */
  readonly files: readonly string[];
  /** Block devices labelled DABEI or CIDATA. */
  readonly devices: readonly string[];
  /** Ways by which the hypervisor or the firmware hands over the credential dabei.answers. */
  readonly credentials: readonly ("fw_cfg" | "smbios")[];
}

/** Where an answer file comes from. */
export type Source =
  | {
      readonly from: "url";
      /** As given, with its placeholders. */
      readonly url: string;
      readonly sha256: string | null;
      /** SHA-256 of the server's certificate, as 64 lower-case digits. */
      readonly fingerprint: string | null;
    }
  | { readonly from: "inline"; readonly base64: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "device"; readonly devices: readonly string[] }
  | { readonly from: "credential"; readonly way: "fw_cfg" | "smbios" };

/** The file of an image that has answers in itself: built in, or in a cpio that was appended to the initrd. */
export const answerFiles = ["/etc/dabei/answers.yaml"];

/** The labels of disks, sticks and ISOs that are looked at. The second is cloud-init's. */
export const answerLabels = ["DABEI", "CIDATA", "cidata"];

/**
 * Every source there is, in the order in which they count: kernel command line, image, labelled disk, fw_cfg, SMBIOS.
 * The first is taken, and no other when it fails: which answers a machine obeys must not hang on the weather.
 */
export function sourcesOf({ commandLine, files, devices, credentials }: Found): {
  sources: Source[];
  issues: Issue[];
} {
  const { source, issues } = ofCommandLine(commandLine);
  return {
    sources: [
      ...(source ? [source] : []),
      ...answerFiles.filter((path) => files.includes(path)).map((path): Source => ({ from: "file", path })),
      ...(devices.length > 0 ? [{ from: "device" as const, devices }] : []),
      ...(["fw_cfg", "smbios"] as const)
        .filter((way) => credentials.includes(way))
        .map((way): Source => ({ from: "credential", way })),
    ],
    issues,
  };
}

/** What a source is called on the console. */
export function nameOf(source: Source): string {
  switch (source.from) {
    case "url":
      return source.url;
    case "inline":
      return "the kernel command line";
    case "file":
      return source.path;
    case "device":
      return source.devices.join(", ");
    case "credential":
      return source.way === "fw_cfg" ? "QEMU's fw_cfg" : "SMBIOS";
    default:
      return source satisfies never;
  }
}

function ofCommandLine(commandLine: string): { source: Source | null; issues: Issue[] } {
  const words = bootWords(commandLine);
  const answers = words.get("dabei.answers");
  if (!answers) return { source: null, issues: [] };
  if (!/^[a-z][a-z+.-]*:/i.test(answers)) return { source: { from: "inline", base64: answers }, issues: [] };
  const sha256 = words.get("dabei.answers.sha256")?.toLowerCase() ?? null;
  const fingerprint = words.get("dabei.answers.fingerprint")?.replaceAll(":", "").toLowerCase() ?? null;
  const isInsecure = /(^|\s)dabei\.answers\.insecure(=1)?(\s|$)/.test(commandLine);
  const issues = [
    ...(/^https?:\/\//i.test(answers)
      ? []
      : [error("dabei.answers", `${answers} is neither an http nor an https URL.`)]),
    ...(/^http:/i.test(answers) && sha256 === null && !isInsecure
      ? [
          error(
            "dabei.answers",
            "Anybody on the way can change what comes over plain http. Use https, give dabei.answers.sha256=, or say dabei.answers.insecure.",
          ),
        ]
      : []),
    ...(/^http:/i.test(answers) && fingerprint !== null
      ? [error("dabei.answers.fingerprint", "Plain http has no certificate. Use https, or leave it out.")]
      : []),
    ...digestIssues("dabei.answers.sha256", sha256),
    ...digestIssues("dabei.answers.fingerprint", fingerprint),
  ];
  return { source: { from: "url", url: answers, sha256, fingerprint }, issues };
}

function digestIssues(where: string, digest: string | null): Issue[] {
  if (digest === null || /^[0-9a-f]{64}$/.test(digest)) return [];
  return [error(where, "It is a SHA-256: 64 hexadecimal digits.")];
}

function error(where: string, message: string): Issue {
  return { where, message, severity: "error" };
}
