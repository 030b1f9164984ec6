import { type Bytes, formatBytes, MiB } from "../base/bytes.ts";
import { build, copyPath, fileTransfer, type NixLog } from "./nix-log.ts";

/** What nix does and how far it is. Bytes of downloads are as they come over the network, packed. */
export interface NixProgress {
  readonly phase: "evaluating" | "downloading" | "building" | "copying";
  readonly text: string;
  readonly downloaded?: Bytes;
  readonly downloadTotal?: Bytes;
  readonly unpacked?: Bytes;
  readonly unpackTotal?: Bytes;
  readonly paths?: number;
  readonly pathsTotal?: number;
  readonly builds?: number;
  readonly buildsTotal?: number;
  /** Where several are built at the same time. */
  readonly buildsRunning?: number;
}

/** The counters as they stand. Totals are told only once nix has begun: they grow while it still looks for paths. */
export function progressOf(log: NixLog): NixProgress {
  const running = { [fileTransfer]: 0, [copyPath]: 0, [build]: 0 };
  const bytes = { [fileTransfer]: log.download.finished, [copyPath]: log.unpack.finished };
  for (const { type, done } of log.active.values()) {
    if (type === fileTransfer || type === copyPath || type === build) running[type]++;
    if (type === fileTransfer || type === copyPath) bytes[type] += done;
  }
  const phase = !log.begun
    ? "evaluating"
    : running[fileTransfer] > 0
      ? "downloading"
      : running[build] > 0
        ? "building"
        : "copying";
  return {
    phase,
    text: log.trouble || textOf(log, phase),
    ...(log.begun && log.download.expected > 0
      ? {
          downloaded: Math.min(bytes[fileTransfer], log.download.expected),
          downloadTotal: log.download.expected,
        }
      : {}),
    ...(log.begun && log.unpack.expected > 0
      ? { unpacked: Math.min(bytes[copyPath], log.unpack.expected), unpackTotal: log.unpack.expected }
      : {}),
    ...(log.paths.expected > 0 ? { paths: log.paths.finished, pathsTotal: log.paths.expected } : {}),
    ...(log.builds.expected > 0 ? { builds: log.builds.finished, buildsTotal: log.builds.expected } : {}),
    ...(running[build] > 1 ? { buildsRunning: running[build] } : {}),
  };
}

/** The one that has been under way for longest is worth naming: others are over before they are read. */
function textOf({ active, text }: NixLog, phase: NixProgress["phase"]): string {
  const all = [...active.values()];
  const longest = all.find(({ type }) => type === (phase === "building" ? build : copyPath));
  if (phase === "evaluating") {
    // Inputs of the flake: how large they are is not known before they are there.
    const fetched = all.reduce((sum, { type, done }) => sum + (type === 0 ? done : 0), 0);
    return fetched >= MiB ? `${text}, ${formatBytes(fetched)}` : text;
  }
  if (!longest) return text;
  return phase === "building"
    ? `building ${longest.name}${longest.said && `: ${longest.said}`}`
    : longest.name;
}
