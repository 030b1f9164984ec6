import type { Disk, Machine } from "../machine/machine.ts";
import { type Status, statusOf } from "../run/status.ts";
import { fetchBytes } from "./fetch.ts";
import type { Notice, Told } from "./notice.ts";
import { retry } from "./retry.ts";

/** What is posted to the webhook: `start` with the plan, each `step`, and the `end`. */
export interface Report {
  readonly version: 1;
  readonly event: "start" | "step" | "end";
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly machine: {
    readonly hostname: string;
    readonly vendor: string;
    readonly product: string;
    readonly serial: string;
    readonly uuid: string;
    readonly macs: readonly string[];
    readonly addresses: readonly string[];
  };
  readonly [detail: string]: unknown;
}

/** Who is reported of; its disks once they are known. */
type Reported = Pick<Machine, "hostname" | "product" | "network"> & { readonly disks?: readonly Disk[] };

function machineOf({ hostname, product, network }: Reported): Report["machine"] {
  return {
    hostname,
    vendor: product.vendor,
    product: product.name,
    serial: product.serial,
    uuid: product.uuid,
    macs: network.map(({ mac }) => mac),
    addresses: network.flatMap(({ addresses }) => addresses),
  };
}

/** A report without what is the same in all of them. */
export interface Details extends Pick<Report, "event" | "at"> {
  readonly [detail: string]: unknown;
}

/** The report that an event is worth; null for those that are not told outside. */
export function detailsOf(event: Told, told: readonly Told[], machine: Reported): Details | null {
  const { at } = event;
  const plan = told.findLast((one): one is Extract<Notice, { event: "planned" }> => one.event === "planned");
  const status = statusOf(told.flatMap((one) => (isOfRun(one) ? [one] : [])));
  switch (event.event) {
    case "run-started": {
      const disks = (machine.disks ?? []).filter(({ path }) => plan?.disks.includes(path));
      return {
        event: "start",
        at,
        hostname: event.hostname,
        summary: event.summary,
        steps: event.steps,
        disks: disks.map(({ path, model, serial, wwn, size }) => ({ path, model, serial, wwn, size })),
      };
    }
    case "step-finished":
    case "step-skipped":
    case "step-failed":
      return {
        event: "step",
        at,
        index: event.index,
        steps: status.steps.length,
        title: status.steps[event.index]?.title,
        state: event.event.slice("step-".length),
        milliseconds: "milliseconds" in event ? event.milliseconds : 0,
      };
    case "ended": {
      const { result, sentence, issues } = event;
      return { event: "end", at, result, ...endOf(status, sentence), issues };
    }
    default:
      return null;
  }
}

function endOf({ failure, result, lines, startedAt, endedAt, hostname }: Status, sentence: string | null) {
  return {
    hostname,
    milliseconds: startedAt === null || endedAt === null ? null : endedAt - startedAt,
    hostKeys: result?.hostKeys ?? [],
    pool: result && { name: result.pool, state: result.poolState },
    generation: result?.generation ?? null,
    failure: failure?.sentence ?? sentence,
    // Commands and their output; secrets are in neither.
    log: failure ? lines.slice(-100) : [],
  };
}

const noticeNames = ["answers-read", "planned", "ended"];

function isOfRun(event: Told): event is Exclude<Told, Notice> {
  return !noticeNames.includes(event.event);
}

export interface Reporter {
  readonly tell: (event: Told) => void;
  /** From now on reports can name its disks. */
  readonly know: (machine: Machine) => void;
  /** Waits until all is sent or given up. */
  readonly close: () => Promise<void>;
}

/** Posts what happens, in order, one after the other. What cannot be sent is said and left: it never stops anything. */
export function openReporter(
  target: { readonly url: string; readonly fingerprint: string | null; readonly token: string | null },
  first: Reported,
  say: (line: string) => void,
): Reporter {
  const told: Told[] = [];
  let machine = first;
  let sending: Promise<void> = Promise.resolve();
  let isReachable = true;
  const send = async (body: Report) => {
    const isEnd = body.event === "end";
    try {
      // The end is worth waiting for. Of a server that was gone the rest is asked once each.
      await retry(() => fetchBytes({ ...target, body }), {
        say: (line) => say(`report: ${line}`),
        most: isEnd ? 7 : isReachable ? 4 : 1,
      });
      isReachable = true;
    } catch (error) {
      isReachable = false;
      say(`report: ${(error as Error).message} Left out: ${body.event}.`);
    }
  };
  return {
    tell: (event) => {
      told.push(event);
      const details = detailsOf(event, told, machine);
      if (!details) return;
      const body: Report = { version: 1, ...details, machine: machineOf(machine) };
      sending = sending.then(() => send(body));
    },
    know: (known) => {
      machine = known;
    },
    close: () => sending,
  };
}
