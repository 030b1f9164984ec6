import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Vm } from "../../qemu/vm.ts";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { exec } from "../../tui/base/exec.ts";
import { serveDemo } from "./demo.ts";
import { bootFromDisks, buildWithFlake, type InstallerOptions, isFull, withInstaller } from "./harness.ts";
import { ask } from "./installed.ts";
import { credential, waitForEnd } from "./unattended.ts";

let scratch = "";
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "dabei-ends-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const machine = { memory: 1536 * MiB, disks: [{ size: 6 * GiB }] };

/** Answers that match one disk more than there is. */
const failing = (onFailure: string) =>
  `version: 1\ndisks: [{ count: 2, serial: "DABEI*" }]\nflake: { host: demo }\nonFailure: ${onFailure}\n`;

/** How the guest let go of the machine, as QEMU tells it: "guest-reset", "guest-shutdown". */
async function endOf(options: InstallerOptions): Promise<unknown> {
  return withInstaller(options, async (vm) => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    vm.qmp.onEvent("SHUTDOWN", ({ reason }) => resolve(reason));
    const { result, sentence } = await waitForEnd(vm);
    expect(result).toBe("refused");
    expect(sentence).toMatch(/disks/);
    const reason = await promise;
    expect(vm.serial.sent()).toMatch(/in 30 s; any key at a console stops that/);
    return reason;
  });
}

test.runIf(isFull).each([
  ["reboot", "guest-reset"],
  ["poweroff", "guest-shutdown"],
])("onFailure: %s, after half a minute in which the reason can be read", async (onFailure, reason) => {
  const name = `unattended-ends-${onFailure}`;
  const firmwareConfig = { [credential]: failing(onFailure) };
  expect(await endOf({ ...machine, name, flake: false, firmwareConfig })).toBe(reason);
});

test.runIf(isFull)("onFailure: shell, and the reason stays above it", async () => {
  const firmwareConfig = { [credential]: failing("shell") };
  await withInstaller(
    { ...machine, name: "unattended-ends-shell", flake: false, firmwareConfig },
    async (vm) => {
      await waitForEnd(vm);
      const screen = await vm.serial.waitFor(/root@\S+.*[#$] *$/m);
      expect(screen).toContain("a shell is on every console");
      vm.serial.type('echo "a sh""ell"\r');
      await vm.serial.waitFor(/^a shell$/m);
    },
  );
});

const good = `#dabei
version: 1
disks: [{ count: 1, serial: DABEI0001 }]
flake: { host: demo }
onSuccess: poweroff
`;

test.runIf(isFull)(
  "a disk labelled CIDATA installs on a disk that comes late, and the machine goes off",
  async () => {
    const name = "unattended-ends-cidata";
    const folder = await mkdtemp(join(scratch, "cidata-"));
    await writeFile(join(folder, "user-data"), good);
    const path = join(scratch, "cidata.raw");
    await exec(["mke2fs", "-q", "-t", "ext4", "-L", "CIDATA", "-d", folder, path, "16M"]);
    const late = join(scratch, "late.raw");
    await exec(["truncate", "--size", "6G", late]);
    const drive = `if=none,id=late-0,format=raw,cache=unsafe,file=${late}`;
    const extra = ["-device", "virtio-scsi-pci,id=late", "-drive", drive];
    await goesOff({ ...machine, name, disks: [{ path }], extra }, async ({ serial, qmp }) => {
      await serial.waitForLog(/waiting for the disks that the answers name/);
      const disk = { driver: "scsi-hd", drive: "late-0", bus: "late.0", serial: "DABEI0001" };
      await qmp.execute("device_add", disk);
    });
    const disks = [{ path: late, kind: "scsi", serial: "DABEI0001" }] as const;
    await bootFromDisks({ name, disks }, (vm) => vm.serial.waitForLog(/fixture ready/));
  },
);

// A card shows up some seconds after its driver.
test.runIf(isFull)("an image with answers and a flake in it installs by itself, on a card", async () => {
  const name = "unattended-ends-baked";
  const demo = await serveDemo();
  onTestFinished(demo.close);
  const answers = good.replace("serial: DABEI0001", "transport: mmc");
  const image = await buildWithFlake(join(scratch, "image"), {
    added: { "etc/dabei/answers.yaml": answers },
  });
  const card = { name, firmware: "bios", disks: [{ size: 8 * GiB, kind: "mmc" }] } as const;
  await goesOff({ ...machine, ...image, ...card, flake: false, append: demo.trust });
  await bootFromDisks(card, async (vm) => {
    await vm.serial.waitForLog(/fixture ready/);
    expect(await ask(vm, "ls /etc/nixos")).toContain("machines");
  });
});

async function goesOff(
  options: InstallerOptions,
  meanwhile: (vm: Vm) => Promise<void> = async () => {},
): Promise<void> {
  await withInstaller({ ...options, keepDisks: true }, async (vm) => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    vm.qmp.onEvent("SHUTDOWN", ({ reason }) => resolve(reason));
    await meanwhile(vm);
    const { result, sentence } = await waitForEnd(vm);
    expect(result, `${sentence}`).toBe("installed");
    expect(await promise).toBe("guest-shutdown");
  });
}
