import { expect, test } from "vitest";
import { MiB } from "../../tui/base/bytes.ts";
import { directoryOf, firstScreen, isFull, withInstaller } from "./harness.ts";
import { ask, healthOf, readData, writeData } from "./installed.ts";
import {
  bootCase,
  disksOf,
  installAll,
  type LayoutCase,
  type LayoutMachine,
  poolOf,
} from "./layout-machine.ts";
import { makeSsh } from "./ssh.ts";
import { bring, makeUnlock } from "./unlock.ts";

const passphrase = "correct horse battery";
const name = "layouts-more";

// OVMF has no driver for cards, SeaBIOS has one.
test.runIf(isFull)("BIOS: a card in a slot, as eMMC is one", { timeout: 3_600_000 }, async () => {
  const card: LayoutCase = {
    ...{ name: "card-1", disks: 1, kind: "mmc", isUnnamed: true },
    layout: { vdev: "single" },
  };
  const machine: LayoutMachine = { name: "layouts-card", firmware: "bios", cases: [card] };
  expect(await installAll(machine)).toEqual(new Map());
  await bootCase(machine, card, {}, async (vm) => {
    expect(await healthOf(vm, card)).toBe("ONLINE");
    expect(await ask(vm, `zpool status -LP ${poolOf(card.name)}`)).toMatch(/\/dev\/mmcblk0p4\s+ONLINE/);
  });
});

test.runIf(isFull)(
  "UEFI: a spare, systemd-boot, a key on a stick, native encryption unlocked by ssh, a whole LUKS mirror",
  { timeout: 3_600_000 },
  async () => {
    const { unlock, remoteUnlock } = await makeUnlock(name);
    const spare: LayoutCase = { name: "spare-3", disks: 3, layout: { vdev: "mirror", spares: 1 } };
    const loader: LayoutCase = {
      name: "loader-1",
      disks: 1,
      layout: { vdev: "single", bootLoader: "systemd-boot" },
    };
    const stick = "0DAB-E1AA";
    const key: LayoutCase = {
      ...{ name: "key-2", disks: 2, stick },
      layout: { vdev: "mirror", encryption: "native-key-file", keyFile: { uuid: stick, path: "/pool.key" } },
    };
    const native: LayoutCase = {
      ...{ name: "native-2", disks: 2, passphrase },
      layout: { vdev: "mirror", encryption: "native", remoteUnlock },
    };
    const luks: LayoutCase = {
      ...{ name: "luks-2", disks: 2, passphrase },
      layout: { vdev: "mirror", encryption: "luks", swap: "128M" },
    };
    const machine: LayoutMachine = { name, firmware: "uefi", cases: [spare, loader, key, native, luks] };
    expect(await installAll(machine)).toEqual(new Map());

    const data = await bootCase(machine, spare, { keep: true }, async (vm) => {
      expect(await ask(vm, `zpool status ${poolOf(spare.name)}`)).toMatch(/spares\s+\S+\s+AVAIL/);
      return writeData(vm);
    });
    await bootCase(machine, spare, { without: [0] }, async (vm) => {
      const pool = poolOf(spare.name);
      expect(await ask(vm, "ls /boot-3/EFI/BOOT/BOOTX64.EFI")).toMatch(/^\/boot-3/m);
      // What ZFS's daemon does by itself; the fixture has none.
      const missing = `$(zpool status -P ${pool} | awk '$2 == "UNAVAIL" { print $1 }')`;
      const idle = `$(zpool status -P ${pool} | awk '$2 == "AVAIL" { print $1 }')`;
      await ask(vm, `zpool replace ${pool} ${missing} ${idle} && zpool wait -t resilver ${pool}`);
      expect(await ask(vm, `zpool status ${pool}`)).toMatch(
        /spare-0\s+DEGRADED[\s\S]*\sINUSE[\s\S]*No known data errors/,
      );
      expect(await readData(vm)).toBe(data);
    });

    await bootCase(machine, loader, {}, async (vm) => {
      expect(await healthOf(vm, loader)).toBe("ONLINE");
      expect(await ask(vm, "ls /boot/loader/entries /boot/grub")).toMatch(/^nixos-generation-1\.conf\r?$/m);
    });

    await bootCase(machine, key, {}, async (vm) => {
      expect(await healthOf(vm, key)).toBe("ONLINE");
      const told = await ask(vm, `zfs get -Ho value keylocation,keystatus,encryption ${poolOf(key.name)}`);
      expect(told).toMatch(/file:\/\/\/key\/pool\.key\s+available\s+aes-256-gcm/);
    });

    const { forward } = unlock.options;
    await bootCase(machine, native, { forward, meanwhile: () => bring(unlock, passphrase) }, async (vm) => {
      expect(vm.serial.sent()).not.toContain(passphrase);
      expect(await healthOf(vm, native)).toBe("ONLINE");
      const told = await ask(vm, `zfs get -Ho value keylocation,keystatus ${poolOf(native.name)}`);
      expect(told).toMatch(/prompt\s+available/);
    });

    const typed: Parameters<typeof bootCase>[2] = {
      meanwhile: async (vm) => {
        await vm.serial.waitForLog(/Please enter passphrase for disk dabei-crypt-1:/, { timeout: 600_000 });
        vm.serial.type(`${passphrase}\r`);
      },
    };
    await bootCase(machine, luks, typed, async (vm) => {
      // One passphrase for both members.
      expect(vm.serial.sent()).not.toContain("passphrase for disk dabei-crypt-2");
      expect(await healthOf(vm, luks)).toBe("ONLINE");
      expect(await ask(vm, "ls /dev/mapper")).toMatch(/dabei-crypt-1\s+dabei-crypt-2/);
    });
    await repair(machine, key, luks);
  },
);

/** The image as the way into systems that do not start any more: one whose key is on a stick, and one that LUKS hides. */
async function repair(machine: LayoutMachine, key: LayoutCase, luks: LayoutCase): Promise<void> {
  const ssh = await makeSsh(`${directoryOf(name)}-repair`);
  const disks = [key, luks].flatMap((one) => disksOf(machine, one));
  const options = { ...{ name, disks, memory: 1280 * MiB }, flake: false as const, ...ssh.options };
  await withInstaller({ ...options, firmware: machine.firmware, keepsDisks: true }, async (vm) => {
    const { serial } = vm;
    await ssh.waitUntilUp();
    const { stdout } = await ssh.run(
      `enter-system --force --mount-only ${poolOf(key.name)} && ls /mnt/etc/nixos && umount -R /mnt && zpool export ${poolOf(key.name)}`,
    );
    expect(stdout).toMatch(/The key of \S+ is on \/dev\/vdc\.[\s\S]*is mounted at \/mnt[\s\S]*flake\.nix/);

    await serial.waitFor(firstScreen);
    serial.press("down");
    await serial.waitFor(/> Repair/);
    serial.press("enter");
    await serial.waitFor(/> tank-key-2 .*\n +Open what is encrypted \(LUKS\) {2}on vdd, vde/);
    serial.press("down");
    await serial.waitFor(/> Open what is encrypted/);
    serial.press("enter");
    await serial.waitForLog(/Enter passphrase for the encrypted \/dev\/vdd4: /);
    let from = serial.mark();
    serial.type("not the passphrase\r");
    await serial.waitForLog(/No key available[\s\S]*Enter passphrase for the encrypted \/dev\/vdd4: /, {
      from,
    });
    serial.type(`${passphrase}\r`);
    await serial.waitForLog(/\/dev\/vde4 is open[\s\S]*Type exit to leave it/, { from });
    expect(await ask(vm, "grep ' / ' /proc/mounts; ls /boot /boot-2 /etc/nixos")).toMatch(
      /tank-luks-2\/local\/root \/ zfs[\s\S]*EFI[\s\S]*EFI[\s\S]*flake\.nix/,
    );
    from = serial.mark();
    serial.type("exit\r");
    await serial.waitForLog(/Pool tank-luks-2 is exported/, { from });
    serial.type("\r");
    await serial.waitFor(/> Open what is encrypted/);
    serial.press("?");
    await serial.waitFor(/A shell opens inside of it/);
    expect((await ssh.run("ls /dev/mapper; zpool list -H")).stdout.trim()).toBe("control");
    expect(serial.sent()).not.toContain(passphrase);
  });
}
