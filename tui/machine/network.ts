import type { NetworkInterface } from "./machine.ts";

/** One address of an interface, as node:os tells it. */
interface Address {
  readonly address: string;
  readonly cidr: string | null;
  readonly internal: boolean;
}

/** An interface by what /sys/class/net says. */
export interface Link {
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
}

/** Joins what the kernel's files say of each interface; the loopback is left out. */
export function interfacesOf(
  links: readonly Link[],
  addresses: Readonly<Record<string, readonly Address[] | undefined>>,
  gateways: readonly Gateway[],
): NetworkInterface[] {
  return links
    .filter(({ name }) => name !== "lo")
    .map(({ name, mac, up }) => ({
      name,
      mac,
      up,
      addresses: (addresses[name] ?? []).flatMap(({ address, cidr, internal }) =>
        internal || isLinkLocal(address) || cidr === null ? [] : cidr,
      ),
      gateways: gateways.filter((gateway) => gateway.interface === name).map(({ address }) => address),
    }));
}

export interface Gateway {
  readonly interface: string;
  readonly address: string;
}

/**
 * Default routes of IPv4. Addresses are in the machine's byte order, here little-endian: 0100000A is 10.0.0.1.
 *
 * Reads   /proc/net/route
 * Source  kernel, net/ipv4/fib_trie.c (fib_route_seq_show)
 */
export function parseRoutes(text: string): Gateway[] {
  return text.split("\n").flatMap((line) => {
    const [name, destination, gateway, , , , , mask] = line.split(/\s+/);
    if (!name || destination !== "00000000" || mask !== "00000000" || !gateway || gateway === "00000000")
      return [];
    const bytes = gateway
      .match(/../g)
      ?.map((byte) => Number.parseInt(byte, 16))
      .reverse();
    return bytes ? [{ interface: name, address: bytes.join(".") }] : [];
  });
}

/**
 * Default routes of IPv6.
 *
 * Reads   /proc/net/ipv6_route
 * Source  kernel, net/ipv6/route.c (rt6_info_route); the loopback's reject route has no gateway
 */
export function parseRoutes6(text: string): Gateway[] {
  return text.split("\n").flatMap((line) => {
    const [destination, length, , , gateway, , , , , name] = line.trim().split(/\s+/);
    if (!name || !gateway || length !== "00" || !/^0{32}$/.test(destination ?? "") || /^0{32}$/.test(gateway))
      return [];
    return [{ interface: name, address: shortenAddress(gateway) }];
  });
}

/** "20010db8000000000000000000000001" as "2001:db8::1": the longest run of zeros is left out (RFC 5952). */
function shortenAddress(digits: string): string {
  const groups = (digits.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16));
  const text = groups.join(":");
  const runs = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map(([run]) => run);
  const longest = runs.sort((a, b) => b.length - a.length)[0];
  return longest === undefined
    ? text
    : text
        .replace(longest, text.startsWith(longest) || text.endsWith(longest) ? "::" : ":")
        .replace(/:{3,}/, "::");
}

function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address) || address.startsWith("169.254.");
}
