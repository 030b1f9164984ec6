import type { Choices } from "../choices.ts";
import {
  type BondChoice,
  type InterfaceChoices,
  keepsAddress,
  type NetworkChoices,
  numericDestination,
  type RouteChoice,
} from "../network-choices.ts";
import { indent, nixString, nixStrings } from "../nix-text.ts";

/**
 * The addresses that this machine had here, for the installed system; nothing where DHCP gave them: the flake's own
 * network will do. In systemd's words, which alone can name a card by its MAC address.
 *
 * Source  systemd.network(5); NixOS nixos/modules/system/boot/networkd.nix
 */
export function networkSections({ network }: Choices): string[] {
  if (network === null || !keepsAddress(network)) return [];
  const { interfaces, dns } = network;
  const macs = interfaces.flatMap(({ mac, bond }) => [
    ...(mac === null ? [] : [`mac:${mac}`]),
    ...(bond?.ports ?? []).filter((port) => port !== mac).map((port) => `mac:${port}`),
  ]);
  const lines = [
    "# The addresses of this machine, its cards told apart by their MAC addresses. To have the network of the flake instead,",
    "# delete this part, or set systemd.network.networks.<name>.enable = false.",
    "systemd.network.enable = lib.mkDefault true;",
    "systemd.network.wait-online.anyInterface = lib.mkDefault true;",
    "# Goes before what hardware-configuration.nix has as a default, not before a plain value of the flake.",
    "networking.useDHCP = lib.mkOverride 900 false;",
    `networking.networkmanager.unmanaged = ${nixStrings(macs)};`,
    ...(dns.servers.length > 0 ? [`networking.nameservers = lib.mkDefault ${nixStrings(plainServers(dns.servers))};`] : []),
    ...(dns.search.length > 0 ? [`networking.search = lib.mkDefault ${nixStrings(dns.search)};`] : []),
    ...interfaces.flatMap(({ name, vlan }) => (vlan ? [netdev(name, vlan.id)] : [])),
    ...interfaces.flatMap(({ name, mac, bond }) => (bond ? [bondNetdev(name, mac, bond), ...portsOf(name, bond)] : [])),
    ...interfaces.map((one, index) => networkOf(one, network, index === 0)),
  ]; // biome-ignore format: a line a line
  return [lines.join("\n")];
}

/** Without those that only a named interface reaches: its name will be another. */
const plainServers = (servers: readonly string[]) => servers.filter((server) => !server.includes("%"));

function netdev(name: string, id: number): string {
  return `systemd.network.netdevs.${nixString(`05-${name}`)} = {
  netdevConfig = { Kind = "vlan"; Name = ${nixString(name)}; };
  vlanConfig.Id = ${id};
};`;
}

/** Source  systemd.netdev(5), [Bond] */
function bondNetdev(
  name: string,
  mac: string | null,
  { mode, monitor, lacpRate, hashPolicy }: BondChoice,
): string {
  const settings = attributes({
    Mode: nixString(mode),
    MIIMonitorSec: nixString(`${monitor}ms`),
    ...(mode === "802.3ad" ? { LACPTransmitRate: nixString(lacpRate) } : {}),
    ...(["802.3ad", "balance-xor", "balance-tlb"].includes(mode)
      ? { TransmitHashPolicy: nixString(hashPolicy) }
      : {}),
  });
  const device = {
    Kind: '"bond"',
    Name: nixString(name),
    ...(mac === null ? {} : { MACAddress: nixString(mac) }),
  };
  return `systemd.network.netdevs.${nixString(`05-${name}`)} = {
  netdevConfig = ${attributes(device)};
  bondConfig = ${settings};
};`;
}

function portsOf(name: string, { ports }: BondChoice): string[] {
  return ports.map(
    (port, index) => `systemd.network.networks.${nixString(`05-${name}-port-${index + 1}`)} = {
  matchConfig.PermanentMACAddress = ${nixString(port)};
  networkConfig.Bond = ${nixString(name)};
};`,
  );
}

function networkOf(one: InterfaceChoices, { interfaces, rules }: NetworkChoices, hasRules: boolean): string {
  const addresses = one.addresses.filter(({ leased }) => !leased);
  const kept = one.routes.filter(({ leased }) => !leased);
  const vlans = interfaces.filter(({ vlan }) => vlan?.parent === one.name).map(({ name }) => name);
  const peers = addresses.filter(({ peer }) => peer !== null);
  const plain = addresses.filter(({ peer }) => peer === null);
  const lines = [
    // The permanent one: a VLAN has borrowed the other.
    one.mac === null || one.bond
      ? `matchConfig.Name = ${nixString(one.name)};`
      : `matchConfig.PermanentMACAddress = ${nixString(one.mac)};`,
    `networkConfig = { DHCP = ${one.dhcp4 ? '"ipv4"' : '"no"'}; IPv6AcceptRA = ${one.autoconf6}; };`,
    ...(plain.length > 0 ? [`address = ${nixStrings(plain.map(({ address }) => address))};`] : []),
    ...(peers.length > 0 ? [`addresses = ${list(peers.map(({ address, peer }) => peerAddress(address, peer ?? "")))};`] : []),
    ...(kept.length > 0 ? [`routes = ${list(kept.map(route))};`] : []),
    ...(hasRules && rules.length > 0 ? [`routingPolicyRules = ${list(rules.map(rule))};`] : []),
    ...(vlans.length > 0 ? [`vlan = ${nixStrings(vlans)};`] : []),
    ...(one.mtu === null ? [] : [`linkConfig.MTUBytes = "${one.mtu}";`]),
  ]; // biome-ignore format: a line a line
  return `systemd.network.networks.${nixString(`05-${one.name}`)} = {\n${indent(lines.join("\n"))}\n};`;
}

/** The prefix length is the peer's. */
function peerAddress(address: string, peer: string): string {
  const [own = "", length = ""] = address.split("/");
  return attributes({ Address: nixString(own), Peer: nixString(`${peer}/${length}`) });
}

function route({ destination: named, via, onlink, source, metric, table, mtu }: RouteChoice): string {
  const destination = numericDestination(named, via);
  return attributes({
    Destination: nixString(destination),
    // IPv6 has no scopes of routes.
    ...(via !== null ? { Gateway: nixString(via) } : destination.includes(":") ? {} : { Scope: '"link"' }),
    ...(onlink ? { GatewayOnLink: "true" } : {}),
    ...(source === null ? {} : { PreferredSource: nixString(source) }),
    ...(metric === null ? {} : { Metric: String(metric) }),
    ...(table === null ? {} : { Table: String(table) }),
    ...(mtu === null ? {} : { MTUBytes: nixString(String(mtu)) }),
  });
}

function rule({ family, priority, from, to, mark, table }: NetworkChoices["rules"][number]): string {
  return attributes({
    Family: family === 4 ? '"ipv4"' : '"ipv6"',
    Priority: String(priority),
    ...(from === null ? {} : { From: nixString(from) }),
    ...(to === null ? {} : { To: nixString(to) }),
    ...(mark === null ? {} : { FirewallMark: String(mark) }),
    Table: String(table),
  });
}

function attributes(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name} = ${value};`);
  return `{ ${pairs.join(" ")} }`;
}

function list(items: readonly string[]): string {
  return `[\n${indent(items.join("\n"))}\n]`;
}
