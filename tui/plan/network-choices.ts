/**
 * How the network is set up where DHCP on every card is not what is wanted. Its JSON form, in which every key but a
 * name may be left out, is /etc/dabei/network.json: `/usr/lib/dabei/network apply FILE` puts it into effect, in this
 * system; plan/module/network.ts writes it for the installed one.
 */
export interface NetworkChoices {
  readonly interfaces: readonly InterfaceChoices[];
  readonly rules: readonly PolicyRule[];
  readonly dns: {
    /** Addresses: "192.0.2.53", "2001:db8::53", "fe80::1%lan" with the name of an interface of this list. */
    readonly servers: readonly string[];
    readonly search: readonly string[];
  };
}

export interface InterfaceChoices {
  /** What it is called in this list. Without a MAC address it is also the kernel's name that is looked for; a VLAN gets it. */
  readonly name: string;
  /** In lower case. It says which card is meant, whatever its name: names differ from one system to the next. */
  readonly mac: string | null;
  readonly dhcp4: boolean;
  /** IPv6 by router advertisements; in the installed system by DHCPv6, too, where they say so. */
  readonly autoconf6: boolean;
  readonly addresses: readonly AddressChoice[];
  readonly routes: readonly RouteChoice[];
  /** In bytes; null is the driver's own. */
  readonly mtu: number | null;
  /** The name of the interface of this list that it is a VLAN of. */
  readonly vlan: { readonly id: number; readonly parent: string } | null;
  /** Several cards that are one link; `mac` is the address that they have in common. */
  readonly bond: BondChoice | null;
}

/** Source  the kernel's Documentation/networking/bonding.rst, whose words these are */
export interface BondChoice {
  readonly mode: BondMode;
  /** MAC addresses of the cards, their own, in lower case. */
  readonly ports: readonly string[];
  /** Milliseconds between two looks whether a port has a link (miimon). */
  readonly monitor: number;
  /** How often LACP wants to hear of the other side. */
  readonly lacpRate: "slow" | "fast";
  /** What of a packet decides which port sends it (xmit_hash_policy). */
  readonly hashPolicy: HashPolicy;
}

export const bondModes = ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"] as const; // biome-ignore format: as the kernel numbers them
export type BondMode = (typeof bondModes)[number];
export const hashPolicies = [
  "layer2",
  "layer3+4",
  "layer2+3",
  "encap2+3",
  "encap3+4",
  "vlan+srcmac",
] as const;
export type HashPolicy = (typeof hashPolicies)[number];

/** The kernel's own, but for the first: without it a dead port would be used for ever. */
export const usualBond = { monitor: 100, lacpRate: "slow", hashPolicy: "layer2" } as const;

export interface AddressChoice {
  /** With its prefix length: "203.0.113.7/32", "2001:db8:2::2/128". */
  readonly address: string;
  /** The other end, on point-to-point links. */
  readonly peer: string | null;
  /** It was given by DHCP or a router and stands in until they give one again: nothing to keep for ever. */
  readonly leased: boolean;
}

export interface RouteChoice {
  /** "10.55.0.0/16"; "default" is of the family of `via`. */
  readonly destination: string;
  /** A gateway, of either family: IPv4 by an IPv6 gateway is written 0.0.0.0/0 via fe80::1. Null: on the link itself. */
  readonly via: string | null;
  /** The gateway lies outside of the interface's networks. */
  readonly onlink: boolean;
  /** The address that packets on it are sent from. */
  readonly source: string | null;
  readonly metric: number | null;
  /** Null is the main table. */
  readonly table: number | null;
  readonly mtu: number | null;
  readonly leased: boolean;
}

/** ip-rule(8): which table routes which packets. */
export interface PolicyRule {
  readonly family: 4 | 6;
  readonly priority: number;
  /** Networks; null is any. */
  readonly from: string | null;
  readonly to: string | null;
  readonly mark: number | null;
  readonly table: number;
}

/** Whether there is an address that nobody would give again: the installed system has to know it. */
export function keepsAddress({ interfaces }: NetworkChoices): boolean {
  return interfaces.some(({ addresses }) => addresses.some(({ leased }) => !leased));
}

/** The destination in numbers, of a route that may say "default": systemd and the kernel know no such network. */
export function numericDestination(destination: string, via: string | null): string {
  if (destination !== "default") return destination;
  return via?.includes(":") ? "::/0" : "0.0.0.0/0";
}
