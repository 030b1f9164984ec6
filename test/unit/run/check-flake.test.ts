import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GiB } from "../../../tui/base/bytes.ts";
import { UserError } from "../../../tui/base/errors.ts";
import type { Step } from "../../../tui/plan/step.ts";
import { checkFlake } from "../../../tui/run/check-flake.ts";
import { target } from "../flake/samples.ts";
import { type Stubbed, stubExec } from "../flake/stub-exec.ts";
import { expectedWith } from "../plan/example.ts";
import { contextIn } from "./step-context.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dabei-check-"));
  mkdirSync(`${directory}/nix`);
  mkdirSync(`${directory}/etc/nixos`, { recursive: true });
  writeFileSync(`${directory}/etc/nixos/flake.lock`, "of a first try");
});
afterEach(() => rmSync(directory, { recursive: true }));

const exported: Step = {
  do: "export-pool",
  root: "/nowhere",
  pool: "rpool",
  swap: [],
  mappers: [],
  mounts: [],
};

function run(changes: readonly Stubbed[]) {
  let isImported = true;
  const stubs = stubExec([
    ...changes,
    { command: "store gc" },
    { command: "rm -rf /root/.cache/nix" },
    { command: "flake lock", effect: () => writeFileSync(`${directory}/etc/nixos/flake.lock`, "{}") },
    { command: " eval ", stdout: JSON.stringify(target) },
    { command: "--dry-run" },
    {
      command: "zpool export rpool",
      effect: () => {
        isImported = false;
      },
    },
  ]);
  const plain = contextIn(`${directory}/state`, (argv, options) => {
    if (argv[0] !== "zpool" || argv[1] !== "list") return stubs.exec(argv, options);
    return Promise.resolve({ stdout: "ONLINE", stderr: "", exitCode: isImported ? 0 : 1 });
  });
  const context = {
    ...plain,
    plan: { ...plain.plan, steps: [{ do: "check-disks", disks: [] }, exported] satisfies Step[] },
  };
  const expected = expectedWith({ usable: 8 * GiB, caches: { substituters: [] } });
  const step = { do: "check-flake", root: directory, directory: `${directory}/etc/nixos`, expected } as const;
  return { result: checkFlake(step, context), notes: plain.notes, commands: stubs.commands };
}

test("a host that fits is locked on the target, with the store there", async () => {
  const { result, notes, commands } = run([]);
  await result;
  expect(notes).toContain("ok: Boot loader GRUB on all 2 disks, UEFI.");
  expect(readFileSync(`${directory}/etc/nixos/flake.lock`, "utf8")).toBe("{}");
  const ofTarget = commands.slice(2);
  expect(ofTarget.every((command) => command.endsWith(`--store ${directory}`))).toBe(true);
  expect(commands.some((command) => command.startsWith("zpool export"))).toBe(false);
});

test("one that does not lets go of the target, and says what is on it and what can be done", async () => {
  const { result, notes, commands } = run([
    { command: " eval ", exitCode: 1, stderr: "error: undefined variable 'bogus'" },
  ]);
  const error = await result.then(
    () => null,
    (one: unknown) => one,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({
    message: "The variable bogus is not defined. Correct it, then try again.",
    hint: "The disks are erased, with the empty pool rpool on them, exported; nothing is installed. When the flake, the cache or the network is mended, try this step again: nothing is erased twice. For another flake or another layout start over: that erases the disks again.",
  });
  expect(commands.at(-1)).toBe("zpool export rpool");
  expect(notes).toContain("error: The variable bogus is not defined. Correct it, then try again.");
  expect(existsSync(`${directory}/nix/tmp-nix-dabei/cache`)).toBe(true);
});
