import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { exec } from "../../../tui/base/exec.ts";
import { has } from "../tools/programs.ts";

const script = resolve(import.meta.dirname, "../../../image/rootfs/usr/bin/nixos-generate-config");
const machines = resolve(import.meta.dirname, "../../fixtures/machines");

/** Runs it with a `dabei` that tells of a recorded machine. */
async function generated(
  machine: string,
  argv = ["--show-hardware-config", "--no-filesystems"],
): Promise<string> {
  const bin = mkdtempSync(join(tmpdir(), "dabei-generate-"));
  writeFileSync(
    join(bin, "dabei"),
    `#!/bin/sh\n[ "$*" = "machine --json" ] && cat "${machines}/${machine}.json"\n`,
  );
  chmodSync(join(bin, "dabei"), 0o755);
  return (await exec(["bash", script, ...argv], { env: { PATH: `${bin}:${process.env.PATH}` } })).stdout;
}

test.skipIf(!has("jq"))("nixos-generate-config tells of a server's controllers and CPU", async () => {
  const text = await generated("nvme-server");
  expect(text).toMatch(/^ {2}boot\.initrd\.availableKernelModules = \[ .*"nvme".*"sd_mod".* \];$/m);
  expect(text).toMatch(/boot\.kernelModules = \[ "kvm-(intel|amd)" \];/);
  expect(text).toMatch(/hardware\.cpu\.(intel|amd)\.updateMicrocode/);
  expect(text).toContain('imports =\n    [ (modulesPath + "/installer/scan/not-detected.nix")\n    ];');
});

test.skipIf(!has("jq"))("nixos-generate-config knows a virtual machine", async () => {
  const text = await generated("qemu-two-disks");
  expect(text).toContain('(modulesPath + "/profiles/qemu-guest.nix")');
  expect(text).toContain("boot.kernelModules = [ ];");
  expect(text).not.toContain("updateMicrocode");
});

test("nixos-generate-config says what it cannot do here", async () => {
  await expect(generated("nvme-server", ["--root", "/mnt"])).rejects.toThrow("exit code 2");
});
