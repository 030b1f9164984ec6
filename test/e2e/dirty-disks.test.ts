import { expect, test } from "vitest";
import { hashDisk } from "../../qemu/disks.ts";
import { MiB } from "../../tui/base/bytes.ts";
import { partitionFor, partitionsOf } from "../../tui/plan/partition.ts";
import { ashiftOf, groupsOf } from "../../tui/plan/vdev.ts";
import { diskOfSize, type UsableCase, usableCases } from "../fixtures/usable-cases.ts";
import { dirtyDisks, makeDirty } from "./dirty-disks.ts";
import { bootFromDisks, directoryOf, diskOf, firstScreen, withInstaller } from "./harness.ts";
import { installBy, makeSsh, type Ssh } from "./ssh.ts";

const name = "dirty-disks";

/** The answers for the disks with these serial numbers. */
const answers = (serial: string, count: number, layout: string) => `version: 1
disks: [{ count: ${count}, serial: "${serial}" }]
wipe: true
layout: ${layout}
flake: { host: demo }
`;

test("disks with md, LVM, LUKS, bcache, swap and old pools are let go of, wiped and installed; a bystander stays as it is", async () => {
  const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
  const options = { name, memory: 1280 * MiB, disks: dirtyDisks, ...ssh.options };
  await withInstaller(options, async (vm) => {
    await vm.serial.waitFor(firstScreen);
    await ssh.waitUntilUp();
    await ssh.run("modprobe zfs");
    for (const one of usableCases.filter(({ isLive }) => isLive)) await expectUsable(one, ssh);

    await makeDirty(ssh);
    // What is looked for at the end is there now.
    expect(await typesOn(ssh)).toEqual(
      new Set(["LVM2_member", "bcache", "crypto_LUKS", "ext4", "linux_raid_member", "swap", "zfs_member"]),
    );
    expect(await labelsAtEnds(ssh)).toContain("ancient");
    const before = await hashDisk(diskOf(name, 7));

    const half = await installBy(ssh, answers("DABEI0001", 1, "{ vdev: single }"), "--dry-run");
    expect(half).toMatch(/ended with 2$/);
    expect(half).toMatch(/Md array md\d+ is open on \S+ too, not chosen\. Let go of it with `mdadm --stop/);
    const namesake = await installBy(
      ssh,
      answers("DABEI*", 6, "{ vdev: raidz2, pool: spanning }"),
      "--dry-run",
    );
    expect(namesake).toContain("Name the new one otherwise, spanning2 for instance");

    const output = await installBy(ssh, answers("DABEI*", 6, "{ vdev: raidz2, discard: true, swap: 64M }"));
    expect(output).toMatch(/ended with 0$/);
    expect(output).toContain("Pool spanning is also on");
    expect(output.match(/let go of: done/g)).toHaveLength(4);
    await expectOnlyOurs(ssh);
    await ssh.run("sync");
    expect(await hashDisk(diskOf(name, 7))).toBe(before);
  });
  await bootFromDisks({ name, disks: dirtyDisks.slice(0, 6) }, async (vm) => {
    await vm.serial.waitForLog(/fixture ready/);
  });
});

/** Makes the pool of a case on sparse files, and asks for its size: within 3 % is asked for, 0.1 % is what it is. */
async function expectUsable({ name, layout, sizes, measured }: UsableCase, ssh: Ssh): Promise<void> {
  const disks = sizes.map(diskOfSize);
  const files = disks.map((disk, index) => ({
    path: `/tmp/members/${index}`,
    size: partitionFor(partitionsOf(disk, 1, "", layout), "zfs")?.size ?? 0,
  }));
  const vdevs = groupsOf(layout, files).map(({ kind, members }) =>
    [...(kind === "stripe" ? [] : [kind]), ...members.map(({ path }) => path)].join(" "),
  );
  const { stdout } = await ssh.run(
    [
      "mkdir -p /tmp/members",
      ...files.map(({ path, size }) => `truncate -s ${size} ${path}`),
      `zpool create -f -o ashift=${ashiftOf(disks, layout.ashift)} -m none sized ${vdevs.join(" ")}`,
      "zfs list -Hp -o used,avail sized",
      "zpool destroy sized && rm -r /tmp/members",
    ].join(" && "),
  );
  const [used = 0, available = 0] = stdout.trim().split(/\s+/).map(Number);
  expect(Math.abs((used + available) / measured - 1), name).toBeLessThan(0.001);
}

/** Nothing of before is found on the chosen disks any more, by the programs that would find it. */
async function expectOnlyOurs(ssh: Ssh): Promise<void> {
  const { run } = ssh;
  expect(await typesOn(ssh)).toEqual(new Set(["vfat", "swap", "zfs_member"]));
  expect(await labelsAtEnds(ssh)).not.toContain("ancient");
  expect((await run("dmsetup ls; cat /proc/mdstat")).stdout).not.toMatch(/vg0|opened|active/);
  expect((await run("mdadm --examine --scan")).stdout).not.toContain("old");
  expect((await run("lvm pvs --noheadings -o pv_name,vg_name")).stdout.trim().split("\n")).toHaveLength(1);
  const pools = (await run("zpool import 2>&1")).stdout;
  expect(pools).toMatch(/pool: rpool\s+id: \d+\s+state: ONLINE/);
  expect(pools).not.toContain("ancient");
}

const chosen = `$(lsblk -dnro PATH,SERIAL | awk '$2 ~ /^DABEI/ { print $1 }')`;

/** What lsblk finds on the chosen disks and on what is built on them. */
async function typesOn({ run }: Ssh): Promise<Set<string>> {
  const { stdout } = await run(`udevadm settle; lsblk -nro FSTYPE ${chosen}`);
  return new Set(stdout.split("\n").filter((type) => type !== ""));
}

/** Words in the last MiB of the chosen disks, where two of ZFS's four labels are: blkid does not see them under a table. */
async function labelsAtEnds({ run }: Ssh): Promise<string> {
  const end = `dd if=$disk bs=1M skip=$(($(blockdev --getsize64 $disk) / 1048576 - 1)) 2>/dev/null`;
  return (await run(`for disk in ${chosen}; do ${end} | strings -n 5; done`)).stdout;
}
