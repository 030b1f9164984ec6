import { expect, test } from "vitest";
import type { Vm } from "../../qemu/vm.ts";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { mountByHand, placeFlakes } from "./by-hand.ts";
import { serveDemo } from "./demo.ts";
import { chooseHost, chooseOffer } from "./guide.ts";
import {
  bootFromDisks,
  directoryOf,
  firstScreen,
  isFull,
  type MachineOptions,
  systemLine,
  withInstaller,
} from "./harness.ts";
import { ask } from "./installed.ts";
import { makeSsh } from "./ssh.ts";

const timeout = 900_000;

test.runIf(isFull)(
  "what a person has mounted is installed into by keys alone, stays mounted, and boots",
  async () => {
    const name = "mounted";
    const disks = [{ size: 4 * GiB }];
    const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
    await withInstaller({ name, memory: 1024 * MiB, disks, ...ssh.options }, async (vm) => {
      const { serial } = vm;
      await serial.waitFor(firstScreen);
      await ssh.waitUntilUp();
      await mountByHand(ssh, "/dev/vda");
      await serial.waitFor("Install into what is mounted at /mnt");
      serial.press("down");
      await serial.waitFor(/> Install into what is mounted/);
      serial.press("enter");
      await serial.waitFor(/\/mnt\/nix +hand\/nix/);
      await serial.waitFor(/\/mnt\/boot +\/dev\/vda1 +vfat .* ESP/);
      serial.press("enter");
      await chooseOffer(vm);
      await chooseHost(vm, "demo");
      await serial.waitFor(/The host's file systems are those at \/mnt/, { timeout });
      await serial.waitFor(/Enter next/);
      serial.press("enter");
      await serial.waitFor(/No disk is partitioned, formatted or wiped/);
      serial.type("install");
      await serial.waitFor(/install to begin: install/);
      serial.press("enter");
      const screen = await serial.waitFor(/is installed|Installation stopped/, { timeout: 1_800_000 });
      expect(screen).toContain("is installed");
      const after = await ssh.run(`findmnt -n -o TARGET --submounts --list /mnt
cat /mnt/etc/nixos/flake.nix
ls /mnt/etc/nix-dabei
nix build --store /mnt --dry-run --no-link '/mnt/etc/nix-dabei#nixosConfigurations.demo.config.system.build.toplevel' 2>&1`);
      expect(after.stdout).toMatch(/^\/mnt\n\/mnt\/nix\n\/mnt\/boot\n\{ outputs/m);
      expect(after.stdout).toMatch(/dabei\.nix\s+flake\.lock\s+flake\.nix/);
      expect(after.stdout).not.toMatch(/will be (built|fetched)/);
      await serial.waitFor("Reboot now");
      serial.press("enter");
      await serial.waitFor(/y\/n/);
      serial.press("y");
      await vm.exited;
    });
    await bootByHand({ name, disks });
  },
);

test.runIf(isFull)(
  "what a person has mounted is installed into by an answer file, from a git repository of another on a FAT stick, let go of for the reboot, and boots",
  async () => {
    const name = "mounted-answers";
    const disks = [{ size: 4 * GiB }, { size: 1 * GiB }];
    const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
    const demo = await serveDemo();
    const machine = {
      name,
      memory: 1024 * MiB,
      disks,
      flake: false,
      append: demo.trust,
      ...ssh.options,
    } as const;
    await withInstaller(machine, async (vm) => {
      await ssh.waitUntilUp();
      await placeFlakes(ssh, demo.flake, "/dev/vdb");
      await mountByHand(ssh, "/dev/vda");
      const answers = `version: 1
target: mounted
flake: { reference: "disk:FATSTICK/infra", host: demo }
onSuccess: reboot
`;
      await ssh.run("cat > /root/a.yaml", { input: answers });
      // A connection would end with the machine.
      await ssh.run("setsid dabei install --answers /root/a.yaml > /root/said 2>&1 < /dev/null &");
      const screen = await vm.serial.waitFor(/is installed|Installation stopped/, { timeout: 1_800_000 });
      expect(screen).toContain("is installed");
      await vm.exited;
    }).finally(() => demo.close());
    await bootByHand({ name, disks: disks.slice(0, 1) }, async (vm) => {
      // The change that was not committed came along: the stick is not there any more.
      expect(await ask(vm, "tail -n 1 /etc/nix-dabei/machines/flake.nix")).toContain("# not committed");
    });
  },
);

async function bootByHand(
  options: MachineOptions,
  look: (vm: Vm) => Promise<void> = async () => {},
): Promise<void> {
  await bootFromDisks(options, async (vm) => {
    const line = await systemLine(vm);
    expect(line).toMatch(/host demo generation 1 root hand\/root \(zfs\)/);
    await vm.serial.waitForLog(/fixture ready/);
    for (const place of ["/", "/nix", "/boot"])
      expect(vm.serial.sent()).toMatch(new RegExp(`fixture mount: \\S+ on ${place} type`));
    await look(vm);
  });
}
