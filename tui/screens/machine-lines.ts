import { formatBytes } from "../base/bytes.ts";
import { holdsSomething, whyNot } from "../machine/describe.ts";
import type { Disk, Machine, NetworkInterface } from "../machine/machine.ts";

/** "Dell PowerEdge R740 · 16 cores · 62.5 GiB · UEFI". */
export function machineLine({ product, cpu, memory, firmware }: Machine): string {
  const name = [product.vendor, product.name].filter(Boolean).join(" ") || cpu.model || "unknown machine";
  const cores = `${cpu.cores} core${cpu.cores === 1 ? "" : "s"}`;
  return [name, cores, formatBytes(memory), firmware === "uefi" ? "UEFI" : "BIOS"].join(" · ");
}

/** "4 found, 2 free, 1 holds a ZFS pool (tank), 1 runs this system". */
export function disksLine(disks: readonly Disk[]): string {
  if (disks.length === 0) return "none found";
  const free = disks.filter((disk) => whyNot(disk) === null && !holdsSomething(disk)).length;
  const holding = disks.filter((disk) => whyNot(disk) === null && holdsSomething(disk));
  const pools = holding.flatMap((disk) => {
    const pool = disk.contents.find((content) => content.pool)?.pool;
    return pool ? [pool.name] : [];
  });
  const others = holding.length - pools.length;
  const reasons = Map.groupBy(
    disks.flatMap((disk) => whyNot(disk) ?? []),
    (reason) => reason,
  );
  return [
    `${disks.length} found`,
    ...(free > 0 ? [`${free} free`] : []),
    ...(pools.length > 0 ? [`${pools.length} of ZFS pools (${[...new Set(pools)].join(", ")})`] : []),
    ...(others > 0 ? [`${others} with data`] : []),
    ...[...reasons].map(([reason, { length }]) => `${length} ${reason}`),
  ].join(", ");
}

/** One line for each interface that is up, or one that says how many are not. */
export function networkLines(network: readonly NetworkInterface[]): string[] {
  const up = network.filter(({ addresses }) => addresses.length > 0);
  if (network.length === 0) return ["no network interface found"];
  if (up.length === 0) return [`${network.map(({ name }) => name).join(", ")}: no address yet`];
  return up.map(({ name, addresses, gateways }) => {
    const via = gateways.length > 0 ? ` via ${gateways[0]}` : "";
    const [first = "", ...rest] = addresses;
    return `${name} up ${first}${via}${rest.map((address) => ` · ${address}`).join("")}`;
  });
}

/** The first address that somebody can log in to, without its prefix length; null when there is none. */
export function sshAddress(network: readonly NetworkInterface[]): string | null {
  const addresses = network.flatMap(({ addresses }) => addresses);
  const best = addresses.find((address) => !address.includes(":")) ?? addresses[0];
  return best?.split("/")[0] ?? null;
}

/** Who may log in where, then the fingerprints of the host keys. */
export function sshLines({ network, ssh }: Machine): string[] {
  const address = sshAddress(network);
  const keys =
    ssh.authorizedKeys === 0
      ? "nobody may log in: no key is known"
      : `${ssh.authorizedKeys} key${ssh.authorizedKeys === 1 ? "" : "s"} may log in`;
  return [
    `${address ? `root@${address}` : "no address yet"}  ${keys}`,
    ...(ssh.hostKeys.length > 0 ? [hostKeyLine({ ssh })] : []),
  ];
}

/** The host key that ssh asks for first, as it shows it at the first connection. */
export function hostKeyLine({ ssh }: Pick<Machine, "ssh">): string {
  const [best] = [...ssh.hostKeys].sort((a, b) => rank(a.type) - rank(b.type));
  return best ? `${best.type} ${best.fingerprint}` : "not made yet";
}

function rank(type: string): number {
  const order = ["ED25519", "ECDSA", "RSA"];
  const place = order.findIndex((one) => type.toUpperCase().includes(one));
  return place < 0 ? order.length : place;
}
