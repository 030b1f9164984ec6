import { expect, test } from "vitest";
import { GiB } from "../../../tui/base/bytes.ts";
import { shellQuote } from "../../../tui/base/shell.ts";
import { commandsOf, describe, mayFail, titleOf } from "../../../tui/plan/describe.ts";
import { differences, identityOf } from "../../../tui/plan/identity.ts";
import { planOf } from "../../../tui/plan/plan.ts";
import type { Step } from "../../../tui/plan/step.ts";
import { choicesFor, recorded } from "./example.ts";

const two = recorded("qemu-two-disks");

function stepsFor(changes: Parameters<typeof choicesFor>[1], machine = two): readonly Step[] {
  return planOf(machine, choicesFor(machine, changes)).plan?.steps ?? [];
}

function commandsFor(kind: Step["do"], steps: readonly Step[]): string[] {
  return steps.filter((step) => step.do === kind).flatMap((step) => commandsOf(step).map(shellQuote));
}

test("the steps of a mirror, as the review tells them", () => {
  const told = stepsFor({ layout: { swap: GiB } }).map((step) => `${titleOf(step)}: ${describe(step)}`);
  expect(told).toMatchInlineSnapshot(`
    [
      "check disks: vda, vdb: still what was shown",
      "wipe: vda",
      "wipe: vdb",
      "partition: vda: BIOS boot 1.0 MiB, ESP 1.0 GiB, swap 1.0 GiB, ZFS 5.5 GiB",
      "partition: vdb: BIOS boot 1.0 MiB, ESP 1.0 GiB, swap 1.0 GiB, ZFS 5.5 GiB",
      "format ESP: FAT32, ESP-1",
      "format ESP: FAT32, ESP-2",
      "use swap: during the installation too",
      "use swap: during the installation too",
      "set hostId: 8f2c41aa",
      "create pool: rpool, mirror of 2",
      "create datasets: / /nix /home /var/log",
      "mount: 6 file systems at /mnt",
      "write flake: /etc/nixos: flake.nix, dabei.nix",
      "host keys: kept: ed25519",
      "build system: web1, into the pool",
      "install system: first generation, activate",
      "boot loader: on every chosen disk",
      "keep records: /var/log/nix-dabei: answers, log, journal",
      "boot entries: in the firmware, for 2 disks",
      "mark pool: rpool: nix-dabei: web1",
      "export pool: rpool",
    ]
  `);
});

test("the summary of a plan", () => {
  const summary = (changes: Parameters<typeof choicesFor>[1]) =>
    planOf(two, choicesFor(two, changes)).plan?.summary;
  expect(summary({ layout: { encryption: "native" } })).toBe(
    "web1 from github:example/infra, mirror of 2 disks, native encryption",
  );
  expect(summary({ disks: ["/dev/vdb"], system: { hostname: "db1" } })).toBe(
    "db1 from github:example/infra, single disk, not encrypted",
  );
});

test("a disk is wiped with what is on it first", () => {
  const steps = stepsFor({}, recorded("windows-laptop"));
  expect(commandsFor("wipe-disk", steps)).toMatchInlineSnapshot(`
    [
      "zpool labelclear -f /dev/nvme0n1p1",
      "zpool labelclear -f /dev/nvme0n1p2",
      "zpool labelclear -f /dev/nvme0n1p3",
      "zpool labelclear -f /dev/nvme0n1p4",
      "zpool labelclear -f /dev/nvme0n1",
      "wipefs --all /dev/nvme0n1p1 /dev/nvme0n1p2 /dev/nvme0n1p3 /dev/nvme0n1p4 /dev/nvme0n1",
      "sgdisk --zap-all /dev/nvme0n1",
      "udevadm settle --timeout=30",
    ]
  `);
});

test("a disk is partitioned in one go, with GUIDs known before", () => {
  const steps = stepsFor({ disks: ["/dev/vdb"], layout: { swap: GiB } });
  expect(commandsFor("partition-disk", steps)).toMatchInlineSnapshot(`
    [
      "sgdisk --clear --set-alignment=1 --disk-guid=a1b2c3d4-0000-4000-8000-000000000000 --new=1:1M:+1M --typecode=1:21686148-6449-6e6f-744e-656564454649 --partition-guid=1:a1b2c3d4-0000-4000-8000-000000000001 --change-name=1:dabei-bios-1 --new=2:2M:+1024M --typecode=2:c12a7328-f81f-11d2-ba4b-00a0c93ec93b --partition-guid=2:a1b2c3d4-0000-4000-8000-000000000002 --change-name=2:dabei-esp-1 --new=3:1026M:+1024M --typecode=3:0657fd6d-a4ab-43c4-84e5-0933c84b4f4f --partition-guid=3:a1b2c3d4-0000-4000-8000-000000000003 --change-name=3:dabei-swap-1 --new=4:2050M:+5629M --typecode=4:6a898cc3-1dd2-11b2-99a6-080020736631 --partition-guid=4:a1b2c3d4-0000-4000-8000-000000000004 --change-name=4:dabei-zfs-1 /dev/vdb",
      "udevadm settle --timeout=30",
      "udevadm wait --timeout=30 --settle /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000001 /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000002 /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000003 /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000004",
      "zpool labelclear -f /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000004",
      "wipefs --all /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000001 /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000002 /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000003 /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000004",
    ]
  `);
  expect(commandsFor("format-esp", steps)).toMatchInlineSnapshot(`
    [
      "mkfs.vfat -F 32 -n ESP-1 -i a1b2c3d4 /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000002",
    ]
  `);
});

test.each([
  ["single", ["/dev/vda"], "rpool A"],
  ["stripe", undefined, "rpool A B"],
  ["mirror", undefined, "rpool mirror A B"],
] as const)("the pool of a %s", (vdev, disks, end) => {
  const [command = ""] = commandsFor(
    "create-pool",
    stepsFor({ ...(disks && { disks: [...disks] }), layout: { vdev } }),
  );
  expect(shorten(command)).toMatch(/^zpool create -f -R \/mnt -o ashift=12 /);
  expect(shorten(command).endsWith(end)).toBe(true);
});

test.each([
  ["striped-mirrors", "rpool mirror A B mirror C D mirror E F"],
  ["raidz1", "rpool raidz1 A B C D E F"],
  ["raidz3", "rpool raidz3 A B C D E F"],
] as const)("the pool of %s on six disks", (vdev, end) => {
  const [command = ""] = commandsFor(
    "create-pool",
    stepsFor({ layout: { vdev } }, recorded("bios-six-large")),
  );
  expect(shorten(command).endsWith(end)).toBe(true);
});

/** Members by letters, in the order of the disks. */
function shorten(command: string): string {
  return command.replace(
    /\/dev\/disk\/by-partuuid\/\S+-\d{9}(\d)04/g,
    (_, index) => "ABCDEF"[Number(index)] ?? "?",
  );
}

test("an encrypted pool is told to ask for its passphrase, and its swap has a random key", () => {
  const steps = stepsFor({ layout: { encryption: "native", swap: GiB } });
  const [command] = commandsFor("create-pool", steps);
  expect(command).toContain("-O encryption=aes-256-gcm -O keyformat=passphrase -O keylocation=prompt");
  expect(commandsFor("enable-swap", steps).slice(0, 3)).toMatchInlineSnapshot(`
    [
      "cryptsetup open --batch-mode --type plain --cipher aes-xts-plain64 --key-size 512 --key-file /dev/urandom /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000003 dabei-swap-1",
      "mkswap /dev/mapper/dabei-swap-1",
      "swapon /dev/mapper/dabei-swap-1",
    ]
  `);
  expect(commandsFor("export-pool", steps)).toMatchInlineSnapshot(`
    [
      "swapoff /dev/mapper/dabei-swap-1",
      "swapoff /dev/mapper/dabei-swap-2",
      "umount --recursive /mnt",
      "zpool export rpool",
      "cryptsetup close dabei-swap-1",
      "cryptsetup close dabei-swap-2",
    ]
  `);
});

test("swap is used, and let go of before the pool", () => {
  const steps = stepsFor({ disks: ["/dev/vda"], layout: { swap: GiB } });
  const device = "/dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000003";
  expect(commandsFor("enable-swap", steps)).toEqual([`mkswap ${device}`, `swapon ${device}`]);
  expect(commandsFor("export-pool", steps)).toEqual([
    `swapoff ${device}`,
    "umount --recursive /mnt",
    "zpool export rpool",
  ]);
});

test("datasets of the three presets", () => {
  const datasets = (preset: "simple" | "server" | "impermanence") =>
    commandsFor("create-datasets", stepsFor({ layout: { preset } }));
  expect(datasets("simple")).toMatchInlineSnapshot(`
    [
      "zfs create -o canmount=off rpool/local",
      "zfs create -o mountpoint=legacy rpool/local/root",
      "zfs create -o mountpoint=legacy -o atime=off -o normalization=none -o utf8only=off rpool/local/nix",
      "zfs create -o canmount=off -o refreservation=195035136 rpool/reserved",
    ]
  `);
  expect(datasets("server").filter((command) => command.includes("/var"))).toEqual([
    "zfs create -o canmount=off rpool/safe/var",
    "zfs create -o mountpoint=legacy rpool/safe/var/log",
  ]);
  expect(datasets("impermanence")).toContain("zfs snapshot rpool/local/root@blank");
});

test("what is mounted, parents first", () => {
  expect(commandsFor("mount-target", stepsFor({}))).toMatchInlineSnapshot(`
    [
      "mount --mkdir -t zfs rpool/local/root /mnt",
      "mount --mkdir -t vfat -o umask=0077 /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000002 /mnt/boot",
      "mount --mkdir -t vfat -o umask=0077 /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000102 /mnt/boot-2",
      "mount --mkdir -t zfs rpool/safe/home /mnt/home",
      "mount --mkdir -t zfs rpool/local/nix /mnt/nix",
      "mount --mkdir -t zfs rpool/safe/var/log /mnt/var/log",
    ]
  `);
});

test("the system is built into the target, and put in place there", () => {
  const step = stepsFor({}).find((step) => step.do === "install-system")!;
  expect(commandsFor("build-system", stepsFor({}))).toMatchInlineSnapshot(`
    [
      "nix --extra-experimental-features 'nix-command flakes' --option accept-flake-config false --option connect-timeout 15 --option stalled-download-timeout 60 build --store /mnt --no-link --print-out-paths 'path:/mnt/etc/nixos#nixosConfigurations."web1".config.system.build.toplevel'",
    ]
  `);
  const [set, activate = []] = commandsOf(step, "/nix/store/abc-nixos");
  expect(set).toEqual([
    ..."nix-env --store /mnt -p /mnt/nix/var/nix/profiles/system --set /nix/store/abc-nixos".split(" "),
  ]);
  expect(activate.slice(-2)).toEqual(["/mnt", "/nix/var/nix/profiles/system/activate"]);
  expect([mayFail(set!), mayFail(activate)]).toEqual([false, true]);
});

test("spares and groups, in words and as zpool takes them", () => {
  const large = recorded("bios-six-large");
  const pool = (layout: Parameters<typeof choicesFor>[1]) =>
    stepsFor(layout, large).find((step) => step.do === "create-pool")!;
  const spare = pool({
    disks: large.disks.slice(0, 5).map(({ path }) => path),
    layout: { vdev: "raidz1", spares: 1 },
  });
  expect(describe(spare)).toBe("rpool, raidz1 of 4, 1 spare");
  expect(shorten(commandsOf(spare)[0]!.join(" "))).toMatch(/ rpool raidz1 A B C D spare E$/);
  const groups = pool({ layout: { vdev: "raidz1", groupWidth: 3 } });
  expect(describe(groups)).toBe("rpool, 2 times raidz1 of 3");
  expect(shorten(commandsOf(groups)[0]!.join(" "))).toMatch(/ rpool raidz1 A B C raidz1 D E F$/);
});

test("LUKS: one passphrase by stdin for every member, the pool on what it opens, all closed at the end", () => {
  const steps = stepsFor({ layout: { encryption: "luks" } });
  expect(commandsFor("encrypt-device", steps).slice(0, 2)).toMatchInlineSnapshot(`
    [
      "cryptsetup luksFormat --batch-mode --type luks2 --pbkdf argon2id --pbkdf-memory 122624 --key-file - /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000004",
      "cryptsetup open --type luks2 --key-file - /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000004 dabei-crypt-1",
    ]
  `);
  expect(commandsFor("create-pool", steps)[0]).toMatch(
    / -O compression=zstd rpool mirror \/dev\/mapper\/dabei-crypt-1 \/dev\/mapper\/dabei-crypt-2$/,
  );
  expect(commandsFor("export-pool", steps)).toEqual([
    "umount --recursive /mnt",
    "zpool export rpool",
    "cryptsetup close dabei-crypt-1",
    "cryptsetup close dabei-crypt-2",
  ]);
});

test("a key file: its device is mounted, read-only, before the pool is made and let go of after it", () => {
  const windows = recorded("windows-laptop").disks[0]!;
  const uuid = windows.contents.find(({ type }) => type === "vfat")!.uuid!;
  const machine = { ...two, disks: [...two.disks, windows] };
  const paths = two.disks.map(({ path }) => path);
  const encryption = "native-key-file" as const;
  const steps = stepsFor(
    { disks: paths, layout: { encryption, keyFile: { uuid, path: "/rpool.key" } } },
    machine,
  );
  expect(commandsFor("open-key", steps)).toEqual([
    `mount --mkdir -t vfat -o ro /dev/disk/by-uuid/${uuid} /key`,
  ]);
  expect(commandsFor("create-pool", steps)[0]).toContain(
    "-O encryption=aes-256-gcm -O keyformat=raw -O keylocation=file:///key/rpool.key",
  );
  expect(commandsFor("export-pool", steps).at(-1)).toBe("umount --recursive /key");
  const kinds = steps.map((step) => step.do);
  expect(kinds.indexOf("open-key")).toBeLessThan(kinds.indexOf("create-pool"));
});

test("unlocking by ssh: a host key of the initrd's own, made on the target", () => {
  const unlock = (preset: "server" | "impermanence") =>
    commandsFor(
      "make-unlock-key",
      stepsFor({
        layout: { preset, encryption: "native", remoteUnlock: { authorizedKeys: ["k"], port: 22 } },
      }),
    )[0];
  expect(unlock("server")).toBe(
    "ssh-keygen -q -t ed25519 -N '' -C 'initrd of web1' -f /mnt/etc/secrets/initrd/ssh_host_ed25519_key",
  );
  expect(unlock("impermanence")).toContain("/mnt/persist/etc/secrets/initrd/");
});

test("the pool's properties are those that were chosen", () => {
  const layout = {
    ashift: 13,
    autotrim: "off",
    compression: "zstd-9",
    checksum: "blake3",
    copies: 2,
    compatibility: "openzfs-2.2-linux",
  } as const;
  const [command] = commandsFor("create-pool", stepsFor({ layout }));
  expect(command).toMatch(/-o ashift=13 -o autotrim=off -o compatibility=openzfs-2\.2-linux /);
  expect(command).toMatch(/ -O compression=zstd-9 -O checksum=blake3 -O copies=2 /);
});

test("what is open is let go of before the wiping, and flash is told that it is free", () => {
  const holder = { kind: "md", name: "md127", path: "/dev/md127", level: 1 } as const;
  const machine = { ...two, disks: two.disks.map((disk) => ({ ...disk, holders: [holder] })) };
  const steps = stepsFor({ layout: { discard: true } }, machine);
  expect(steps.slice(0, 3).map((step) => `${titleOf(step)}: ${describe(step)}`)).toEqual([
    "check disks: vda, vdb: still what was shown",
    "let go of: md array md127",
    "wipe: vda",
  ]);
  expect(commandsFor("release-device", steps)).toEqual(["mdadm --stop /dev/md127"]);
  expect(commandsFor("wipe-disk", steps)).toContain("blkdiscard /dev/vda");
  const before = identityOf(machine.disks[0]!);
  expect(differences(before, identityOf(two.disks[0]!))).toEqual(["its use was /dev/md127 and is none"]);
});

test("a changed disk is told in words", () => {
  const disk = two.disks[0]!;
  const before = identityOf(disk);
  expect(differences(before, identityOf(disk))).toEqual([]);
  expect(differences(before, undefined)).toEqual(["it is gone"]);
  expect(differences(before, identityOf({ ...disk, serial: "OTHER", tableUuid: "x" }))).toEqual([
    "its serial number was DISK1 and is OTHER",
    "its partition table was none and is x",
  ]);
});
