import { open } from "node:fs/promises";
import { expect } from "vitest";
import type { Vm } from "../../qemu/vm.ts";
import { type LayoutCase, poolOf } from "./layout-machine.ts";

/** Puts disks back into a machine that was started without them, and into the pool; answers when that is whole again. */
export async function putBack(vm: Vm, { name }: LayoutCase, without: readonly number[]): Promise<void> {
  const pool = poolOf(name);
  for (const index of without)
    await vm.qmp.execute("device_add", {
      driver: "scsi-hd",
      drive: `back-${index}`,
      bus: "back.0",
      id: `again-${index}`,
    });
  const heal = [
    "/etc/fixture/rescan",
    `for guid in $(zpool list -gHPv ${pool} | awk '$NF == "UNAVAIL" || $0 ~ /UNAVAIL|REMOVED|OFFLINE/ { print $1 }'); do zpool online ${pool} $guid; done`,
    `zpool wait -t resilver ${pool}`,
  ];
  // The kernel takes a moment to see the disk: each try looks again.
  const healed = `for try in 1 2 3 4 5 6 7 8 9 10; do ${heal.join("; ")}; zpool status -x ${pool} | grep -q "is healthy" && break; sleep 1; done; zpool status ${pool}`;
  expect(await ask(vm, `${healed}; zpool status -x ${pool}`)).toMatch(/^pool '\S+' is healthy/m);
}

/** Types a command into the shell of the installed system and answers what it printed. */
export async function ask(vm: Vm, command: string): Promise<string> {
  const { serial } = vm;
  const from = serial.mark();
  // The echo of the command has the quotes in it, its output has not.
  serial.type(`${command}; echo "en""d-of-output"\r`);
  await serial.waitForLog(/end-of-output/, { from });
  // The shell asks where the cursor is; what the terminal answers is shown in front of what the command prints.
  return serial.sent(from).replaceAll(/(?:\x1b|\^\[)\[\d+;\d+R/g, "");
}

const file = "/home/data";

/** Writes a file of 16 MiB and answers its checksum. */
export async function writeData(vm: Vm): Promise<string> {
  const text = await ask(
    vm,
    `dd if=/dev/urandom of=${file} bs=1M count=16 2>/dev/null; sync; sha256sum ${file}`,
  );
  return checksumIn(text);
}

export async function readData(vm: Vm): Promise<string> {
  return checksumIn(await ask(vm, `sha256sum ${file}`));
}

function checksumIn(text: string): string {
  const found = /\b[0-9a-f]{64}\b/.exec(text)?.[0];
  if (!found) throw new Error(`No checksum in:\n${text}`);
  return found;
}

/** "ONLINE", "DEGRADED" … */
export async function healthOf(vm: Vm, { name }: LayoutCase): Promise<string> {
  const text = await ask(vm, `zpool list -H -o health ${poolOf(name)}`);
  // What the terminal answers to the shell's question for its cursor may stand in front of it.
  return /(ONLINE|DEGRADED|FAULTED|SUSPENDED)\r?$/m.exec(text)?.[1] ?? "none";
}

/** What `zfs list` shows for the pool's root, used and available together, in bytes. */
export async function spaceOf(vm: Vm, { name }: LayoutCase): Promise<number> {
  const text = await ask(vm, `zfs list -Hp -o used,avail ${poolOf(name)}`);
  const [, used, available] = /^(\d+)\t(\d+)\r?$/m.exec(text) ?? [];
  if (used === undefined) throw new Error(`No sizes in:\n${text}`);
  return Number(used) + Number(available);
}

/** The members of the pool, group by group as it tells them, each by its place among these disks. */
export async function membersOf(
  vm: Vm,
  { name }: LayoutCase,
  disks: readonly { readonly path: string }[],
): Promise<number[]> {
  const text = await ask(vm, `zpool status -P ${poolOf(name)}`);
  const guids = await Promise.all(disks.map(({ path }) => memberGuid(path)));
  return [...text.matchAll(/by-partuuid\/([0-9a-f-]{36})/g)].map(([, guid = ""]) => guids.indexOf(guid));
}

/** The GUID of a disk's fourth partition, whose first three fields are stored backwards. Source UEFI 2.10, 5.3.3. */
async function memberGuid(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 2 * 512 + 3 * 128 + 16);
    const backwards = (from: number, to: number) => buffer.subarray(from, to).reverse().toString("hex");
    const rest = buffer.subarray(8).toString("hex");
    return [backwards(0, 4), backwards(4, 6), backwards(6, 8), rest.slice(0, 4), rest.slice(4)].join("-");
  } finally {
    await file.close();
  }
}
