import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { GiB } from "../../../tui/base/bytes.ts";
import { exec } from "../../../tui/base/exec.ts";
import { shellQuote } from "../../../tui/base/shell.ts";
import { inTarget } from "../../../tui/tools/chroot.ts";
import { makeFat32 } from "../../../tui/tools/mkfs.ts";
import { mount, unmountTree } from "../../../tui/tools/mount.ts";
import { buildSystem, installBootLoader, nix } from "../../../tui/tools/nix.ts";
import { startSwap, stopSwap } from "../../../tui/tools/swap.ts";
import { awaitDevices, settle } from "../../../tui/tools/udevadm.ts";
import { eraseSignatures } from "../../../tui/tools/wipefs.ts";
import { createDataset, takeSnapshot } from "../../../tui/tools/zfs.ts";
import { clearLabels, createPool, exportPool, setHostId } from "../../../tui/tools/zpool.ts";
import { has } from "./programs.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const directory = mkdtempSync(join(tmpdir(), "dabei-tools-"));
afterAll(() => rmSync(directory, { recursive: true }));

test.each([
  [eraseSignatures(["/dev/vda1", "/dev/vda"]), "wipefs --all /dev/vda1 /dev/vda"],
  [awaitDevices(["/dev/a", "/dev/b"]), "udevadm wait --timeout=30 --settle /dev/a /dev/b"],
  [settle(), "udevadm settle --timeout=30"],
  [makeFat32("/dev/a", "ESP-1", "a1b2c3d4"), "mkfs.vfat -F 32 -n ESP-1 -i a1b2c3d4 /dev/a"],
  [startSwap("/dev/a").flat(), "mkswap /dev/a swapon /dev/a"],
  [stopSwap("/dev/a"), "swapoff /dev/a"],
  [mount("p/root", "/mnt", "zfs", []), "mount --mkdir -t zfs p/root /mnt"],
  [
    mount("/dev/a", "/mnt/boot", "vfat", ["umask=0077", "ro"]),
    "mount --mkdir -t vfat -o umask=0077,ro /dev/a /mnt/boot",
  ],
  [unmountTree("/mnt"), "umount --recursive /mnt"],
  [createDataset("p/a", { canmount: "off", atime: "off" }), "zfs create -o canmount=off -o atime=off p/a"],
  [takeSnapshot("p/a", "blank"), "zfs snapshot p/a@blank"],
  [
    createPool(
      "p",
      "/mnt",
      [
        { kind: "mirror", devices: ["a", "b"] },
        { kind: "stripe", devices: ["c"] },
      ],
      { ashift: "12" },
      { xattr: "sa" },
    ),
    "zpool create -f -R /mnt -o ashift=12 -O xattr=sa p mirror a b c",
  ],
  [clearLabels("/dev/a"), "zpool labelclear -f /dev/a"],
  [exportPool("p"), "zpool export p"],
  [setHostId("8f2c41aa"), "zgenhostid -f 8f2c41aa"],
  [
    nix([
      { url: "https://a", publicKey: "a-1:x" },
      { url: "https://b", publicKey: "" },
    ]).slice(-6),
    "--option extra-substituters 'https://a https://b' --option extra-trusted-public-keys a-1:x",
  ],
  [
    buildSystem({ root: "/mnt", flake: "path:/f", host: "web1.example", substituters: [] }).slice(-6),
    `build --store /mnt --no-link --print-out-paths 'path:/f#nixosConfigurations."web1.example".config.system.build.toplevel'`,
  ],
  [installBootLoader("/mnt").slice(-3), "/mnt /nix/var/nix/profiles/system/bin/switch-to-configuration boot"],
  [inTarget("/mnt", ["/bin/true"]).slice(-2), "/mnt /bin/true"],
])("argv %#", (command, text) => {
  expect(shellQuote(command)).toBe(text);
});

test.skipIf(!has("wipefs") || !has("mkswap"))("signatures are gone after the wipe", async () => {
  const file = join(directory, "swap");
  writeFileSync(file, "");
  truncateSync(file, GiB);
  await exec(startSwap(file)[0] ?? []);
  expect((await exec(["wipefs", "--noheadings", file])).stdout).toContain("swap");
  await exec(eraseSignatures([file]));
  expect((await exec(["wipefs", "--noheadings", file])).stdout).toBe("");
});

test.skipIf(!has("sh"))("what runs in the target is valid shell", async () => {
  const script = inTarget("/mnt", []).find((word) => word.includes("\n")) ?? "";
  await exec(["sh", "-n", "-c", script]);
});
