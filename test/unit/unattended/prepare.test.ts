import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Given } from "../../../tui/answers/given.ts";
import type { Answers } from "../../../tui/answers/schema.ts";
import { GiB, MiB } from "../../../tui/base/bytes.ts";
import { IssuesError, UserError } from "../../../tui/base/errors.ts";
import { prepare } from "../../../tui/unattended/prepare.ts";
import { grub, lock, rawHost, target } from "../flake/samples.ts";
import { type Stubbed, stubExec } from "../flake/stub-exec.ts";
import { guidOf, recorded } from "../plan/example.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dabei-prepare-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const nothingGiven: Given = { flake: null, substituter: null, hostname: null, authorizedKeys: [] };
const answers: Answers = {
  version: 1,
  disks: [{ count: 2, transport: "virtio" }],
  layout: { vdev: "mirror" },
  flake: { reference: "github:example/infra" },
};
const flake: Stubbed[] = [
  { command: "--apply builtins.attrNames", stdout: '["web1"]' },
  { command: "github:example/infra#", stdout: JSON.stringify(rawHost) },
  { command: "flake metadata", stdout: '{"path":"/nix/store/a-source"}' },
  { command: ".nixConfig", stdout: "{}" },
  { command: "flake lock", effect: () => writeFileSync(`${directory}/flake.lock`, lock) },
  { command: "lock-file path:", stdout: JSON.stringify(target) },
  { command: "--dry-run", stderr: "" },
];

function run(
  changes: {
    answers?: Partial<Answers>;
    given?: Partial<Given>;
    stubs?: Stubbed[];
    passphrase?: boolean;
    available?: number;
  } = {},
) {
  const machine = recorded("qemu-two-disks");
  const said: string[] = [];
  const { exec, commands } = stubExec([...(changes.stubs ?? []), ...flake]);
  const drawn = { hostId: "8f2c41aa", guids: machine.disks.map((_, index) => guidOf(index)) };
  const circumstances = {
    ...{ machine, drawn, given: { ...nothingGiven, ...changes.given } },
    hasPassphrase: changes.passphrase ?? false,
  };
  const available = async () => changes.available ?? 8 * GiB;
  const surroundings = { exec, say: (line: string) => said.push(line), directory, available };
  const result = prepare({ ...answers, ...changes.answers }, circumstances, surroundings);
  return { result, said, commands };
}

const issuesOf = (result: Promise<unknown>) =>
  result.then(
    () => [],
    (error) => (error instanceof IssuesError ? error.issues.map(({ message }) => message) : [String(error)]),
  );

describe("prepare", () => {
  test("the only host of the flake, under a drawn host id, on the disks that the selector names", async () => {
    const { result, said } = run();
    const { plan, choices } = await result;
    expect(plan.hostname).toBe("web1");
    expect(choices).toMatchObject({
      flake: { host: "web1" },
      system: { hostId: "8f2c41aa" },
      identity: { diskGuids: [guidOf(0), guidOf(1)] },
    });
    expect(said).toContainEqual(
      expect.stringMatching(/^Evaluates with this layout: about 900\.0 MiB of memory/),
    );
  });

  test("where memory is too small the host is checked on the target, and that is said", async () => {
    const { result, said, commands } = run({ available: 400 * MiB });
    const { plan } = await result;
    expect(plan.steps.map((step) => step.do)).toContain("check-flake");
    expect(said).toContainEqual(
      expect.stringMatching(
        /^warning: Evaluating the host takes about 900\.0 MiB of memory, 400\.0 MiB are free/,
      ),
    );
    expect(commands.some((command) => command.includes("flake lock"))).toBe(false);
  });

  test("a host that names its hostId keeps it", async () => {
    const own = JSON.stringify({ ...rawHost, hostId: "deadbeef" });
    const { result } = run({
      stubs: [
        { command: "github:example/infra#nixosConfigurations.", stdout: own },
        { command: "lock-file path:", stdout: JSON.stringify({ ...target, hostId: "deadbeef" }) },
      ],
    });
    expect((await result).choices.system.hostId).toBe("deadbeef");
  });

  test("what the kernel command line offers stands where the answers say nothing", async () => {
    const { result } = run({ given: { hostname: "edge7", authorizedKeys: ["ssh-ed25519 AAAA me"] } });
    const { choices } = await result;
    expect(choices.system).toMatchObject({ hostname: "edge7", authorizedKeys: ["ssh-ed25519 AAAA me"] });
  });

  test("all that is wrong with disks and layout at once, before nix is asked", async () => {
    const { result, commands } = run({
      answers: {
        disks: [{ count: 3, transport: "virtio" }],
        layout: { vdev: "raidz3", encryption: "native" },
        flake: {},
      },
    });
    expect(await issuesOf(result)).toEqual([
      expect.stringMatching(/^It must match 3 disks with transport virtio, and matches 2/),
      expect.stringMatching(/^No flake is given/),
      expect.stringMatching(/^Encryption needs a passphrase/),
    ]);
    expect(commands).toEqual([]);
  });

  test.each([
    [["a", "b"], undefined, /has several hosts, and none is named\. Its hosts: a, b/],
    [["a"], "web1", /has no host web1\. Its hosts: a/],
    [[], undefined, /It has none/],
  ])("hosts %j, asked for %s", async (hosts, host, message) => {
    const { result } = run({
      answers: { flake: { reference: "github:example/infra", ...(host ? { host } : {}) } },
      stubs: [{ command: "attrNames", stdout: JSON.stringify(hosts) }],
    });
    expect(await issuesOf(result)).toEqual([expect.stringMatching(message)]);
  });

  test("a cache that only the flake asks for is not used, and that is said", async () => {
    const config =
      '{"extra-substituters":["https://infra.example.org"],"extra-trusted-public-keys":["infra-1:Zk"]}';
    const { result, said, commands } = run({ stubs: [{ command: ".nixConfig", stdout: config }] });
    await result;
    expect(said).toContain(
      "warning: the flake asks for the cache https://infra.example.org, which is not used: flake.substituters does not name it",
    );
    expect(commands.some((command) => command.includes("infra-1"))).toBe(false);
  });

  test("what the preflight finds stops before anything is written", async () => {
    const { result } = run({
      stubs: [
        {
          command: "lock-file path:",
          stdout: JSON.stringify({ ...target, hostId: "00000001", loader: { ...grub, grub: false } }),
        },
      ],
    });
    await expect(result).rejects.toThrow(UserError);
    expect((await issuesOf(result))[0]).toMatch(
      /No boot loader is enabled[\s\S]*evaluates to host id 00000001/,
    );
  });
});
