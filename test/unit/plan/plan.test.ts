import { expect, test } from "vitest";
import { GiB } from "../../../tui/base/bytes.ts";
import { commandsOf, describe, mayFail, nameOf, titleOf } from "../../../tui/plan/describe.ts";
import { generatedWay } from "../../../tui/plan/evaluated.ts";
import { expectedOf } from "../../../tui/plan/expected.ts";
import { differences, identityOf } from "../../../tui/plan/identity.ts";
import { layoutOf } from "../../../tui/plan/layout.ts";
import { planOf } from "../../../tui/plan/plan.ts";
import { choicesFor, recorded } from "./example.ts";
import { commandsFor, shorten, stepsFor, two } from "./steps.ts";

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
      "build system: web1, into /mnt",
      "install system: first generation, activate",
      "boot loader: on every chosen disk",
      "keep records: /var/log/nix-dabei: answers, log, journal",
      "boot entries: in the firmware, for 2 disks",
      "mark pool: rpool: nix-dabei: web1",
      "export pool: rpool",
    ]
  `);
});

test("where memory was too small to check the host before, it is checked on the target", () => {
  const choices = choicesFor(two, {});
  const evaluated = (later: { system: string; bootLoader: "grub" } | null) => ({
    ...choices,
    flake: { ...choices.flake, evaluated: { way: generatedWay, tree: null, lock: null, later } },
  });
  const { plan, issues } = planOf(two, evaluated({ system: "x86_64-linux", bootLoader: "grub" }));
  const told = plan?.steps.map((step) => `${titleOf(step)}: ${describe(step)}`) ?? [];
  const at = told.indexOf("check flake: web1 with this layout, memory was too small before");
  expect(told.slice(at - 2, at + 2).map((line) => line.split(":")[0])).toEqual([
    "mount",
    "write flake",
    "check flake",
    "host keys",
  ]);
  expect(issues).toEqual([
    expect.objectContaining({ severity: "warning", message: expect.stringContaining("after the erase") }),
  ]);
  // Nothing else is different.
  const before = planOf(two, evaluated(null));
  expect(plan?.steps.filter((step) => step.do !== "check-flake")).toEqual(before.plan?.steps);
  expect(before.issues).toEqual([]);
  const step = plan?.steps.find((one) => one.do === "check-flake");
  expect(step?.expected).toMatchObject({
    host: { name: "web1", system: "x86_64-linux", bootLoader: "grub", way: "generated" },
    disks: 2,
    hostId: "8f2c41aa",
  });
});

test("what datasets keep for themselves is not counted for the store", () => {
  const usable = (reserved: number) => {
    const own = (name: string, mountpoint: string | null, refreservation: number | null) => {
      return { name, mountpoint, properties: {}, refreservation, snapshot: null };
    };
    const datasets = [own("root", "/", null), own("nix", "/nix", GiB), own("kept", null, reserved)];
    const choices = choicesFor(two, { layout: { datasets } });
    return expectedOf(two, choices, { system: null, bootLoader: null }).usable ?? 0;
  };
  expect(usable(0) - usable(2 * GiB)).toBe(2 * GiB);
  expect(usable(0)).toBe(layoutOf(two, choicesFor(two, {})).layout?.usable);
});

test("steps that are taken for each disk are told apart by it", () => {
  expect(stepsFor({}).map(nameOf).slice(0, 6)).toEqual([
    ...["check disks", "wipe vda", "wipe vdb", "partition vda", "partition vdb", "format ESP"],
  ]);
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
      "wipefs --all /dev/nvme0n1p1 /dev/nvme0n1p2 /dev/nvme0n1p3 /dev/nvme0n1p4",
      "zpool labelclear -f /dev/nvme0n1",
      "wipefs --all /dev/nvme0n1",
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
