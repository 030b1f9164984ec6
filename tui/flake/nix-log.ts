import type { Bytes } from "../base/bytes.ts";
import { plain } from "./errors.ts";
import { inShort, type NixMessage, nameOf, silentServer, spoken } from "./nix-words.ts";

/**
 * nix's counters, folded from `--log-format internal-json -v`. readLine changes it in place: nix writes a line for every
 * 8 KiB that it unpacks, so a copy for each would be the costliest part of an installation.
 */
export interface NixLog {
  /** Transfers under way by activity id. */
  readonly active: Map<number, Transfer>;
  readonly download: Counter;
  readonly unpack: Counter;
  readonly paths: Counter;
  readonly builds: Counter;
  /** What nix does right now, "downloading nginx-1.26", "building initrd". */
  text: string;
  /** A server that does not answer, until bytes come again; else empty. */
  trouble: string;
  /** True once the first path or build was begun: before that nix evaluates. */
  begun: boolean;
}

interface Transfer {
  readonly type: number;
  readonly name: string;
  done: Bytes;
  expected: Bytes;
  /** The last line of a build's log. */
  said: string;
}

interface Counter {
  /** Of transfers that ended. */
  finished: number;
  expected: number;
}

// Activity and result types of nix's logging.hh, as measured with 2.26.
export const copyPath = 100;
export const fileTransfer = 101;
const copyPaths = 103;
const buildsActivity = 104;
export const build = 105;
const buildLogLine = 101;
const progressResult = 105;
const setExpected = 106;

export function newNixLog(): NixLog {
  const counter = (): Counter => ({ finished: 0, expected: 0 });
  return {
    active: new Map(),
    download: counter(),
    unpack: counter(),
    paths: counter(),
    builds: counter(),
    text: "",
    trouble: "",
    begun: false,
  };
}

/**
 * Takes one line of stderr in. Answers a message for the log, or null where the line only counts.
 * Lines that are not nix's (git, ssh) are messages as they are.
 */
export function readLine(log: NixLog, line: string): NixMessage | null {
  if (!line.startsWith("@nix {")) return line.trim() === "" ? null : { kind: "message", text: plain(line) };
  let entry: Entry;
  try {
    entry = JSON.parse(line.slice(5));
  } catch {
    return { kind: "message", text: line };
  }
  switch (entry.action) {
    case "start":
      return start(log, entry);
    case "stop":
      stop(log, entry.id);
      return null;
    case "result":
      return result(log, entry);
    case "msg": {
      const message = spoken(entry);
      log.trouble = (message && silentServer(message.text)) ?? log.trouble;
      return message;
    }
    default:
      return null;
  }
}

/** Only the fields that are used. `fields` differ by type. */
interface Entry {
  readonly action: "start" | "stop" | "result" | "msg";
  readonly id: number;
  readonly parent: number;
  readonly type: number;
  readonly text?: string;
  readonly fields?: readonly unknown[];
  readonly level?: number;
  readonly msg?: string;
}

function start(log: NixLog, { id, parent, type, text, fields, level }: Entry): NixMessage | null {
  const subject = nameOf(String(fields?.[0] ?? ""));
  // Only transfers that belong to a path are part of the expected bytes; others fetch flakes and path infos.
  const counted = type !== fileTransfer || log.active.get(parent)?.type === copyPath;
  log.active.set(id, { type: counted ? type : 0, name: subject, done: 0, expected: 0, said: "" });
  if (type === copyPath || type === build) {
    log.begun = true;
    // A cache that answered is enough to go on.
    log.trouble = "";
  }
  if (type === copyPath) log.text = subject;
  if (type === build) log.text = `building ${subject}`;
  if ((type === 0 || !counted) && text && !log.begun) log.text = inShort(plain(text));
  // Levels above 3 tell of every single file.
  return text && (level ?? 0) <= 3 ? { kind: "message", text: plain(text) } : null;
}

function stop(log: NixLog, id: number): void {
  const transfer = log.active.get(id);
  log.active.delete(id);
  if (!transfer) return;
  // The last report of a transfer may be short of its end.
  const bytes = Math.max(transfer.done, transfer.expected);
  if (transfer.type === fileTransfer) log.download.finished += bytes;
  if (transfer.type === copyPath) log.unpack.finished += bytes;
}

function result(log: NixLog, { id, type, fields = [] }: Entry): NixMessage | null {
  const transfer = log.active.get(id);
  if (type === buildLogLine) {
    const text = plain(String(fields[0] ?? ""));
    if (transfer && text.trim() !== "") transfer.said = text.trim();
    return { kind: "build-log", text };
  }
  const [first, second] = fields as number[];
  if (first === undefined || second === undefined) return null;
  if (type === setExpected) {
    // Grows with every path that is found missing; a later, smaller number belongs to a part of the work.
    if (first === fileTransfer) log.download.expected = Math.max(log.download.expected, second);
    if (first === copyPath) log.unpack.expected = Math.max(log.unpack.expected, second);
  } else if (type === progressResult && transfer) {
    if (transfer.type === fileTransfer && first > transfer.done) log.trouble = "";
    transfer.done = first;
    transfer.expected = second;
    if (transfer.type === copyPaths) Object.assign(log.paths, { finished: first, expected: second });
    if (transfer.type === buildsActivity) Object.assign(log.builds, { finished: first, expected: second });
  }
  return null;
}
