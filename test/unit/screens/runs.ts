import type { Model } from "../../../tui/app/model.ts";
import type { RunEvent } from "../../../tui/run/events.ts";
import { type Status, statusOf } from "../../../tui/run/status.ts";
import { begun, happened, probed, recorded } from "../app/driver.ts";

type Happening = RunEvent extends infer Event ? (Event extends unknown ? Omit<Event, "at"> : never) : never;

const steps = [
  "check disks",
  "wipe",
  "wipe",
  "partition",
  "partition",
  "format ESP",
  "format ESP",
  "set hostId",
  "create pool",
  "create datasets",
  "mount",
  "write flake",
  "build system",
  "install system",
  "boot loader",
  "keep records",
  "export pool",
];
const building = steps.indexOf("build system");
const GiB = 1024 ** 3;

/** Events a second apart, as an installation that has come so far would have journalled them. */
function status(...happenings: Happening[]): Status {
  return statusOf(happenings.map((event, index) => ({ at: 1_000_000 + index * 1000, ...event }) as RunEvent));
}

const begins: Happening[] = [
  {
    event: "run-started",
    hostname: "web1",
    summary: "web1 from github:example/infra",
    steps,
    pid: 7,
    plan: "p",
  },
  ...steps.slice(0, building).flatMap((_, index): Happening[] => [
    { event: "step-started", index },
    { event: "step-finished", index, milliseconds: 1000 * (index + 1) },
  ]),
  { event: "step-started", index: building },
];
const progress = (downloaded: number): Happening => ({
  event: "progress",
  index: building,
  phase: "downloading",
  text: "downloading",
  downloaded: downloaded * GiB,
  downloadTotal: 1.9 * GiB,
  unpacked: 3.4 * GiB,
  unpackTotal: 6.2 * GiB,
  paths: 412,
  pathsTotal: 707,
});

export const running = status(...begins, progress(0.9), progress(1.0), progress(1.05), progress(1.1));

const command = `nix build --store /mnt --out-link /tmp/system 'path:/mnt/etc/nixos#nixosConfigurations."web1".config.system.build.toplevel'`;

export const failed = status(
  ...begins,
  { event: "command", index: building, command },
  { event: "output", index: building, line: "copying path '/nix/store/abc-glibc'" },
  {
    event: "step-failed",
    index: building,
    milliseconds: 120_000,
    failure: {
      sentence: "build system failed: cache.nixos.org could not be reached for 2 minutes.",
      command,
      output:
        "error: unable to download 'https://cache.nixos.org/abc.narinfo':\n  Could not resolve hostname (6)\n",
      log: "/run/dabei/log",
    },
  },
  { event: "run-failed", index: building, milliseconds: 125_000, cancelled: false },
);

export const stopped = status(...begins, {
  event: "run-failed",
  index: building,
  milliseconds: 125_000,
  cancelled: true,
});

export const interrupted: Status = { ...running, state: "interrupted" };

export const finished = status(
  ...begins,
  ...steps
    .slice(building)
    .flatMap((_, index): Happening[] => [
      { event: "step-finished", index: building + index, milliseconds: 60_000 },
    ]),
  {
    event: "run-finished",
    milliseconds: 185_000,
    result: {
      pool: "rpool",
      poolState: "ONLINE",
      generation: "1, 26.05",
      hostKeys: ["ED25519 SHA256:Wn3xUjHq0cB9YdT7mP2kLs5vRa8eZfG1oNi4tKwXyQ0"],
    },
  },
);

/** A screen that follows an installation which stands like this. */
export function following(run: Status, machine = recorded("nvme-server")): Model {
  const { model } = happened(begun, probed(machine), { is: "run-changed", status: run });
  return { ...model, now: 1_060_000 };
}
