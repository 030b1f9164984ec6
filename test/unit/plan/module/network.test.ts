import { expect, test } from "vitest";
import { parseNetworkSettings } from "../../../../tui/machine/network-settings.ts";
import { defaultChoices } from "../../../../tui/plan/defaults.ts";
import { networkSections } from "../../../../tui/plan/module/network.ts";
import { choicesFor, recorded } from "../example.ts";

const machine = recorded("qemu-two-disks");
const sectionsOf = (settings: unknown) => {
  const networkSettings = parseNetworkSettings(JSON.stringify(settings));
  const { network } = defaultChoices({ ...machine, networkSettings });
  return networkSections({ ...choicesFor(machine), network }).join("\n");
};

/** A rented server: its gateway is outside of its network. */
const rented = {
  interfaces: [
    {
      name: "wan",
      mac: "52:54:00:00:00:0a",
      autoconf6: false,
      addresses: [{ address: "203.0.113.7/32" }, { address: "2001:db8:2::2/128" }, { address: "10.1.1.1/32", peer: "10.1.1.2" }],
      routes: [
        { destination: "default", via: "198.51.100.1", onlink: true },
        { destination: "default", via: "fe80::1" },
        { destination: "10.66.0.0/16", via: "fe80::2", metric: 7, table: 100, mtu: 1300 },
        { destination: "192.0.2.0/24", via: null, source: "203.0.113.7" },
        { destination: "10.0.0.0/8", via: "10.1.1.2", leased: true },
      ],
      mtu: 1400,
    },
    { name: "vlan7", vlan: { id: 7, parent: "wan" }, dhcp4: true },
  ],
  rules: [{ family: 4, priority: 1000, from: "10.1.1.1", table: 100 }, { family: 6, priority: 1001, mark: 42, table: 100 }],
  dns: { servers: ["192.0.2.53", "fe80::5%wan"], search: ["example.org"] },
}; // biome-ignore format: shorter than one key a line

test("a static network goes to the installed system, its cards by their MAC addresses", () => {
  expect(sectionsOf(rented)).toMatchInlineSnapshot(`
    "# The addresses of this machine, its cards told apart by their MAC addresses. To have the network of the flake instead,
    # delete this part, or set systemd.network.networks.<name>.enable = false.
    systemd.network.enable = lib.mkDefault true;
    systemd.network.wait-online.anyInterface = lib.mkDefault true;
    # Goes before what hardware-configuration.nix has as a default, not before a plain value of the flake.
    networking.useDHCP = lib.mkOverride 900 false;
    networking.networkmanager.unmanaged = [ "mac:52:54:00:00:00:0a" ];
    networking.nameservers = lib.mkDefault [ "192.0.2.53" ];
    networking.search = lib.mkDefault [ "example.org" ];
    systemd.network.netdevs."05-vlan7" = {
      netdevConfig = { Kind = "vlan"; Name = "vlan7"; };
      vlanConfig.Id = 7;
    };
    systemd.network.networks."05-wan" = {
      matchConfig.PermanentMACAddress = "52:54:00:00:00:0a";
      networkConfig = { DHCP = "no"; IPv6AcceptRA = false; };
      address = [ "203.0.113.7/32" "2001:db8:2::2/128" ];
      addresses = [
        { Address = "10.1.1.1"; Peer = "10.1.1.2/32"; }
      ];
      routes = [
        { Destination = "0.0.0.0/0"; Gateway = "198.51.100.1"; GatewayOnLink = true; }
        { Destination = "::/0"; Gateway = "fe80::1"; }
        { Destination = "10.66.0.0/16"; Gateway = "fe80::2"; Metric = 7; Table = 100; MTUBytes = "1300"; }
        { Destination = "192.0.2.0/24"; Scope = "link"; PreferredSource = "203.0.113.7"; }
      ];
      routingPolicyRules = [
        { Family = "ipv4"; Priority = 1000; From = "10.1.1.1"; Table = 100; }
        { Family = "ipv6"; Priority = 1001; FirewallMark = 42; Table = 100; }
      ];
      vlan = [ "vlan7" ];
      linkConfig.MTUBytes = "1400";
    };
    systemd.network.networks."05-vlan7" = {
      matchConfig.Name = "vlan7";
      networkConfig = { DHCP = "ipv4"; IPv6AcceptRA = true; };
    };"
  `);
});

test("a bond is one there, too, and so is what stands on it", () => {
  const ports = ["52:54:00:00:00:0a", "52:54:00:00:00:0b"];
  const bonded = {
    interfaces: [
      { name: "bond0", mac: ports[0], autoconf6: false, bond: { mode: "802.3ad", ports, lacpRate: "fast" } },
      { name: "bond0.7", autoconf6: false, vlan: { id: 7, parent: "bond0" }, addresses: [{ address: "203.0.113.7/24" }] },
      { name: "spare", bond: { mode: "active-backup", ports: ["52:54:00:00:00:0c"] }, dhcp4: true },
    ],
  }; // biome-ignore format: shorter than one key a line
  expect(sectionsOf(bonded)).toMatchInlineSnapshot(`
    "# The addresses of this machine, its cards told apart by their MAC addresses. To have the network of the flake instead,
    # delete this part, or set systemd.network.networks.<name>.enable = false.
    systemd.network.enable = lib.mkDefault true;
    systemd.network.wait-online.anyInterface = lib.mkDefault true;
    # Goes before what hardware-configuration.nix has as a default, not before a plain value of the flake.
    networking.useDHCP = lib.mkOverride 900 false;
    networking.networkmanager.unmanaged = [ "mac:52:54:00:00:00:0a" "mac:52:54:00:00:00:0b" "mac:52:54:00:00:00:0c" ];
    systemd.network.netdevs."05-bond0.7" = {
      netdevConfig = { Kind = "vlan"; Name = "bond0.7"; };
      vlanConfig.Id = 7;
    };
    systemd.network.netdevs."05-bond0" = {
      netdevConfig = { Kind = "bond"; Name = "bond0"; MACAddress = "52:54:00:00:00:0a"; };
      bondConfig = { Mode = "802.3ad"; MIIMonitorSec = "100ms"; LACPTransmitRate = "fast"; TransmitHashPolicy = "layer2"; };
    };
    systemd.network.networks."05-bond0-port-1" = {
      matchConfig.PermanentMACAddress = "52:54:00:00:00:0a";
      networkConfig.Bond = "bond0";
    };
    systemd.network.networks."05-bond0-port-2" = {
      matchConfig.PermanentMACAddress = "52:54:00:00:00:0b";
      networkConfig.Bond = "bond0";
    };
    systemd.network.netdevs."05-spare" = {
      netdevConfig = { Kind = "bond"; Name = "spare"; };
      bondConfig = { Mode = "active-backup"; MIIMonitorSec = "100ms"; };
    };
    systemd.network.networks."05-spare-port-1" = {
      matchConfig.PermanentMACAddress = "52:54:00:00:00:0c";
      networkConfig.Bond = "spare";
    };
    systemd.network.networks."05-bond0" = {
      matchConfig.Name = "bond0";
      networkConfig = { DHCP = "no"; IPv6AcceptRA = false; };
      vlan = [ "bond0.7" ];
    };
    systemd.network.networks."05-bond0.7" = {
      matchConfig.Name = "bond0.7";
      networkConfig = { DHCP = "no"; IPv6AcceptRA = false; };
      address = [ "203.0.113.7/24" ];
    };
    systemd.network.networks."05-spare" = {
      matchConfig.Name = "spare";
      networkConfig = { DHCP = "ipv4"; IPv6AcceptRA = true; };
    };"
  `);
});

test.each([
  ["nothing is set", null],
  [
    "DHCP gives all",
    {
      interfaces: [
        {
          name: "a",
          mac: "52:54:00:00:00:0a",
          dhcp4: true,
          addresses: [{ address: "10.0.2.15/24", leased: true }],
        },
      ],
    },
  ],
  ["there is no list", { dns: {} }],
])("the flake's own network stays where %s", (_why, settings) => {
  expect(sectionsOf(settings)).toBe("");
});

test("what is no JSON is no setting", () => {
  expect(parseNetworkSettings("")).toBeNull();
  expect(parseNetworkSettings("{")).toBeNull();
});
