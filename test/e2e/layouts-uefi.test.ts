import { expect, test } from "vitest";
import type { Vm } from "../../qemu/vm.ts";
import { ask, healthOf, putBack, readData, writeData } from "./installed.ts";
import { bootCase, installAll, type LayoutCase, type LayoutMachine } from "./layout-machine.ts";
import { bring, makeUnlock } from "./unlock.ts";

const GiB = 1024 ** 3;

test("UEFI: an impermanent raidz1, and a LUKS mirror that is unlocked by ssh without its first disk", async () => {
  const passphrase = "correct horse battery";
  const { unlock, remoteUnlock } = await makeUnlock("layouts-uefi");
  const raidz: LayoutCase = {
    name: "raidz1-3",
    disks: 3,
    layout: { vdev: "raidz1", preset: "impermanence", arcLimit: "256M" },
  };
  const luks: LayoutCase = {
    name: "luks-2",
    disks: 2,
    passphrase,
    layout: {
      vdev: "mirror",
      encryption: "luks",
      swap: "128M",
      remoteUnlock,
    },
  };
  const machine: LayoutMachine = { name: "layouts-uefi", firmware: "uefi", cases: [raidz, luks] };
  expect(await installAll(machine)).toEqual(new Map());

  const before = await bootCase(machine, raidz, { keep: true }, async (vm) => {
    await ask(vm, "touch /forgotten /etc/forgotten /persist/kept /home/kept /var/lib/systemd/kept; sync");
    expect(await ask(vm, "cat /sys/module/zfs/parameters/zfs_arc_max")).toMatch(
      new RegExp(`^${GiB / 4}\r?$`, "m"),
    );
    return { data: await writeData(vm), identity: await identityOf(vm) };
  });
  await bootCase(machine, raidz, { without: [0] }, async (vm) => {
    expect(await healthOf(vm, raidz)).toBe("DEGRADED");
    expect(await ask(vm, "ls -d /forgotten /etc/forgotten")).not.toMatch(/^\/\S*forgotten/m);
    expect(await ask(vm, "ls -d /persist/kept /home/kept /var/lib/systemd/kept | wc -l")).toMatch(/^3\r?$/m);
    expect(await identityOf(vm)).toEqual(before.identity);
    expect(await readData(vm)).toBe(before.data);
    await putBack(vm, raidz, [0]);
  });

  const options = {
    without: [0],
    forward: unlock.options.forward,
    meanwhile: () => bring(unlock, passphrase),
  };
  await bootCase(machine, luks, options, async (vm) => {
    expect(vm.serial.sent()).toContain("LUKS member /dev/disk/by-partuuid");
    expect(vm.serial.sent()).not.toContain(passphrase);
    expect(await healthOf(vm, luks)).toBe("DEGRADED");
    expect(await ask(vm, "cat /proc/swaps")).toMatch(/dm-\d|mapper\/swap/);
  });
});

async function identityOf(vm: Vm): Promise<string[]> {
  const text = await ask(vm, "cat /etc/machine-id /persist/etc/ssh/ssh_host_ed25519_key.pub");
  return text.match(/^[0-9a-f]{32}\b|ssh-ed25519 \S+/gm) ?? [];
}
