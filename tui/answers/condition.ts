import { formatBytes } from "../base/bytes.ts";
import type { Disk } from "../machine/machine.ts";
import type { Condition } from "./schema-disks.ts";

/**
 * What a condition says of a disk. "unknown" when it asks for something that the disk does not tell, and stays so under
 * `not`: a disk is never taken because nothing is known of it. (Kleene's three values.)
 */
export type Verdict = "yes" | "no" | "unknown";

export interface Judgement {
  readonly verdict: Verdict;
  /** Why it is not "yes", a property each: "model is QEMU HARDDISK", "tells no serial". */
  readonly reasons: readonly string[];
}

/** Whether every property and every combination of a condition holds for a disk. */
export function judge(condition: Condition, disk: Disk): Judgement {
  const { and, or, not, ...properties } = condition;
  const parts = [
    ...Object.entries(properties).map(([name, wanted]) => judgeProperty(name, wanted, disk)),
    ...(and ?? []).map((part) => judge(part, disk)),
    ...(or ? [anyOf(or.map((part) => judge(part, disk)))] : []),
    ...(not ? [negated(judge(not, disk), not)] : []),
  ];
  const verdicts = parts.map(({ verdict }) => verdict);
  return {
    verdict: verdicts.includes("no") ? "no" : verdicts.includes("unknown") ? "unknown" : "yes",
    reasons: parts.flatMap(({ reasons }) => reasons),
  };
}

/** A condition in words: "model SAMSUNG*, minSize 800.0 GiB, not (transport usb)". */
export function conditionWords({ and, or, not, ...properties }: Condition): string {
  const words = [
    ...Object.entries(properties)
      .filter(([, wanted]) => wanted !== undefined)
      .map(([name, wanted]) => `${name} ${typeof wanted === "number" ? formatBytes(wanted) : wanted}`),
    ...(and ?? []).map((part) => `(${conditionWords(part)})`),
    ...(or ? [`(${or.map(conditionWords).join(" or ")})`] : []),
    ...(not ? [`not (${conditionWords(not)})`] : []),
  ];
  return words.join(", ") || "no property at all";
}

const yes: Judgement = { verdict: "yes", reasons: [] };

function anyOf(parts: readonly Judgement[]): Judgement {
  const verdicts = parts.map(({ verdict }) => verdict);
  if (verdicts.includes("yes")) return yes;
  return {
    verdict: verdicts.includes("unknown") ? "unknown" : "no",
    reasons: parts.flatMap(({ reasons }) => reasons),
  };
}

function negated(inner: Judgement, condition: Condition): Judgement {
  if (inner.verdict === "no") return yes;
  return inner.verdict === "yes"
    ? { verdict: "no", reasons: [`is ruled out by not (${conditionWords(condition)})`] }
    : inner;
}

function judgeProperty(name: string, wanted: unknown, disk: Disk): Judgement {
  if (wanted === undefined) return yes;
  const values = valuesOf(name, disk);
  if (values.length === 0) return { verdict: "unknown", reasons: [`tells no ${name}`] };
  if (values.some((value) => matches(name, wanted, value))) return yes;
  const told = values.map((value) => (typeof value === "number" ? formatBytes(value) : value)).join(" and ");
  return {
    verdict: "no",
    reasons: [`${name === "minSize" || name === "maxSize" ? "size" : name} is ${told}`],
  };
}

/** What a disk tells of a property; empty when nothing. */
function valuesOf(name: string, disk: Disk): readonly (string | number | boolean)[] {
  switch (name) {
    case "serial":
    case "wwn":
    case "model":
    case "path":
      return disk[name] ? [disk[name]] : [];
    case "byId":
    case "byPath":
      return disk[name] ?? [];
    case "minSize":
    case "maxSize":
      return disk.size > 0 ? [disk.size] : [];
    case "transport":
      return disk.transport === undefined || disk.transport === "other" ? [] : [disk.transport];
    case "rotational":
      // Linux calls every virtio disk rotational, whatever lies under it: it does not know.
      return disk.rotational === undefined || disk.transport === "virtio" ? [] : [disk.rotational];
    default:
      return [];
  }
}

function matches(name: string, wanted: unknown, value: string | number | boolean): boolean {
  if (name === "minSize") return Number(value) >= Number(wanted);
  if (name === "maxSize") return Number(value) <= Number(wanted);
  if (typeof wanted !== "string" || typeof value !== "string") return wanted === value;
  if (name !== "byId" && name !== "byPath") return isLike(wanted, value);
  return isLike(wanted, value) || isLike(wanted, value.slice(value.lastIndexOf("/") + 1));
}

/** Shell patterns: * is any text, ? any one character. Letters count as they are. */
function isLike(pattern: string, text: string): boolean {
  let [at, star, resume] = [0, -1, 0];
  for (let here = 0; here < text.length; ) {
    if (pattern[at] === "*") [star, resume, at] = [at, here, at + 1];
    else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[here]))
      [at, here] = [at + 1, here + 1];
    // The last star takes one character more. No pattern makes this long, as it would a regular expression.
    else if (star >= 0) [at, resume, here] = [star + 1, resume + 1, resume + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
