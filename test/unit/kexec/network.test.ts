import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { exec } from "../../../tui/base/exec.ts";
import type { NetworkChoices } from "../../../tui/plan/network-choices.ts";
import { busybox, fakeRoot, runParts, shells } from "./shells.ts";

const top = resolve(import.meta.dirname, "../../..");
const network = join(top, "image/rootfs/usr/lib/dabei/network");

/** Whether network namespaces of our own can be made here, and the two programs are there. */
const able = await exec([
  "unshare",
  "--map-root-user",
  "--net",
  "sh",
  "-c",
  "ip link set lo up && command -v jq",
]).then(
  () => true,
  () => false,
);

// Dozens of programs a test: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "dabei-net-"));
  // Namespaces have no cards; their virtual links pass for some when ip does not tell what they are.
  await mkdir(join(home, "bin"));
  const text = `#!/bin/sh
case " $* " in
  *" -details -json "*) ${await whereIs("ip")} "$@" | jq -c 'map(if .linkinfo.info_kind == "veth" then del(.linkinfo) else . end)' ;;
  *) exec ${await whereIs("ip")} "$@" ;;
esac
`;
  await writeFile(join(home, "bin/ip"), text, { mode: 0o755 });
  // As in the image.
  if (busybox) await symlink(busybox, join(home, "bin/ping"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function whereIs(program: string): Promise<string> {
  return (
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].map((place) => join(place, program)).find(existsSync) ??
    program
  );
}

/** Runs shell code in a network namespace with two cards whose MAC addresses are …:0a and …:0b, under the names given. */
async function inNamespace(names: { a: string; b: string }, code: string): Promise<string> {
  const cards = `set -e
    export PATH="$home/bin:$PATH" DABEI_NETWORK="$home/etc/network.json" DABEI_NETWORK_STATE="$home/run/network"
    mkdir -p "$home/etc" "$home/run"
    ip link set lo up
    ip link add name p0 type veth peer name ${names.a}; ip link set ${names.a} address 52:54:00:00:00:0a
    ip link add name p1 type veth peer name ${names.b}; ip link set ${names.b} address 52:54:00:00:00:0b
    ip link set p0 up; ip link set p1 up
    ${code}`;
  return (
    await exec(["unshare", "--map-root-user", "--net", "sh", "-c", cards], { env: { home, top, network } })
  ).stdout;
}

const setUp = `
  ip link set eth0 mtu 1400 up; ip link set eth1 up
  ip addr add 203.0.113.7/32 dev eth0
  ip addr add 2001:db8:2::2/128 dev eth0 nodad
  ip addr add 10.1.1.1 peer 10.1.1.2/32 dev eth0
  ip addr add 10.9.9.2/24 dev eth1
  ip route add default via 198.51.100.1 dev eth0 onlink
  ip -6 route add default via fe80::1 dev eth0
  ip route add 10.66.0.0/16 via inet6 fe80::2 dev eth0
  ip route add 10.55.0.0/16 via 10.9.9.1 dev eth1 src 10.9.9.2 metric 7
  ip route add 192.0.2.0/24 dev eth1 scope link mtu 1300
  ip route add default via 10.9.9.1 dev eth1 table 100
  ip rule add from 10.9.9.2 table 100 priority 1000
  ip -6 rule add fwmark 0x2a table 100 priority 1001
`;
/** What has to be the same afterwards, as the kernel tells it. */
const show = `{ ip -4 -o addr show scope global; ip -6 -o addr show scope global; } | awk '{ $1 = ""; print }' | sed 's/\\\\.*//' | sort
  { ip -4 route show table all; ip -6 route show table all; } | grep -vE '^(local|broadcast|multicast|anycast|fe80|::1)' | sort
  ip -4 rule; ip -6 rule; cat /sys/class/net/*/mtu 2>/dev/null | sort`;
const capture = `export root="$home/root" here="$home/bin" stage="$home"; refuse() { :; }; warn() { :; }
  for part in keys network; do . "$top/image/kexec/parts/$part"; done
  take_network "$stage"; mv "$home/etc/dabei/handover" "$home/etc/handover"`;

describe.skipIf(!able)("what was taken over in one namespace, and applied in another", () => {
  beforeEach(() =>
    fakeRoot(join(home, "root"), {
      "etc/resolv.conf": "nameserver 127.0.0.53\n",
      "run/systemd/resolve/resolv.conf":
        "nameserver 192.0.2.53\nnameserver fe80::5%eth0\nsearch example.org\n",
    }),
  );

  test("is the same, though the cards have each other's names", async () => {
    const before = await inNamespace({ a: "eth0", b: "eth1" }, `${setUp} ${capture}; ${show}`);
    const after = await inNamespace({ a: "eth1", b: "eth0" }, `"$network" up; ${show}`);
    const swap = (text: string) =>
      text
        .replace(/\beth([01])\b/g, (_, digit) => `eth${1 - Number(digit)}`)
        .split("\n")
        .sort();
    expect(swap(after)).toEqual(before.split("\n").sort());
    expect(before).toContain("10.66.0.0/16 via inet6 fe80::2 dev eth0");
    expect(await readFile(join(home, "run/resolv.conf"), "utf8")).toBe(
      "nameserver 192.0.2.53\nnameserver fe80::5%eth1\nsearch example.org\n",
    );
  });

  test("twice, is as once", async () => {
    await inNamespace({ a: "eth0", b: "eth1" }, `${setUp} ${capture}`);
    const namesOfCards = { a: "eth0", b: "eth1" };
    const once = await inNamespace(namesOfCards, `"$network" up; ${show}`);
    const twice = await inNamespace(namesOfCards, `"$network" up; "$network" up; ${show}`);
    expect(twice).toBe(once);
  });

  test("a lease stands in until DHCP gives one", async () => {
    const leased = `ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0 valid_lft 3600 preferred_lft 3600
      ip route add default via 10.0.2.2 dev eth0 proto dhcp metric 100
      ip -6 route add default via fe80::9 dev eth0 proto ra metric 1024 expires 600`;
    await inNamespace({ a: "eth0", b: "eth1" }, `${leased}; ${capture}`);
    const told = await inNamespace(
      { a: "eth0", b: "eth1" },
      '"$network" up; cat "$home/run/network/dhcp"; ip -o -4 addr show dev eth0; ip route; ip -6 route show default',
    );
    expect(told).toMatch(/^eth0$/m);
    expect(told).toMatch(/inet 10\.0\.2\.15\/24 .*forever/);
    expect(told).toMatch(/default via 10\.0\.2\.2 dev eth0 proto 73 metric 100/);
    expect(told).toMatch(/default via fe80::9 dev eth0 proto 73 metric 2048/);
    const choices = JSON.parse(await readFile(join(home, "etc/network.json"), "utf8")) as NetworkChoices;
    expect(choices.interfaces.map(({ name, dhcp4, autoconf6 }) => [name, dhcp4, autoconf6])).toEqual([
      ["eth0", true, true],
    ]);
  });

  test("a bridge becomes the card below it, a bridge of containers nothing", async () => {
    const bridged = `ip link add vmbr0 type bridge; ip link set eth0 master vmbr0; ip link set eth0 up; ip link set vmbr0 up
      ip addr add 203.0.113.9/24 dev vmbr0; ip route add default via 203.0.113.1 dev vmbr0
      ip link add docker0 type bridge; ip addr add 172.17.0.1/16 dev docker0; ip link set docker0 up`;
    await inNamespace({ a: "eth0", b: "eth1" }, `${bridged}; ${capture}`);
    const told = await inNamespace({ a: "ens3", b: "ens4" }, '"$network" up; ip -o -4 addr; ip route');
    expect(told).toMatch(/ens3 +inet 203\.0\.113\.9\/24/);
    expect(told).toMatch(/default via 203\.0\.113\.1 dev ens3/);
    expect(told).not.toContain("172.17");
  });
});

describe.skipIf(!able)("a bond", () => {
  const slave = { link_type: "ether", master: "bond0", address: "52:54:00:00:00:0a" };
  /** What `ip -details -json` says of a LACP bond of two cards with a VLAN, on which a bridge stands. */
  const links = [
    { ...slave, ifname: "eno1", mtu: 1500, linkinfo: { info_slave_kind: "bond", info_slave_data: { perm_hwaddr: "52:54:00:00:00:0a" } } },
    { ...slave, ifname: "eno2", mtu: 1500, permaddr: "52:54:00:00:00:0b", linkinfo: { info_slave_kind: "bond" } },
    { ifname: "bond0", link_type: "ether", address: "52:54:00:00:00:0a", mtu: 1500,
      linkinfo: { info_kind: "bond", info_data: { mode: "802.3ad", miimon: 0, xmit_hash_policy: "layer3+4", ad_lacp_rate: "fast" } } },
    { ifname: "bond0.7", link: "bond0", link_type: "ether", address: "52:54:00:00:00:0a", mtu: 1500, master: "vmbr0",
      linkinfo: { info_kind: "vlan", info_data: { id: 7 } } },
    { ifname: "tap100i0", link_type: "ether", address: "02:00:00:00:00:01", mtu: 1500, master: "vmbr0", linkinfo: { info_kind: "tun" } },
    { ifname: "vmbr0", link_type: "ether", address: "52:54:00:00:00:0a", mtu: 1500, linkinfo: { info_kind: "bridge" },
      addr_info: [{ family: "inet", scope: "global", local: "203.0.113.7", prefixlen: 24 }] },
  ]; // biome-ignore format: a link a line or two

  const handedOver = async () => {
    const files = {
      address: JSON.stringify(links),
      routes4: JSON.stringify([{ dst: "default", gateway: "203.0.113.1", dev: "vmbr0", protocol: "static" }]),
      ...{ routes6: "[]", rules4: "[]", rules6: "[]", dhcp: "", "resolv.conf": "nameserver 192.0.2.53\n" },
    };
    await fakeRoot(join(home, "etc/handover"), files);
    await inNamespace({ a: "eth0", b: "eth1" }, '"$network" take_over');
    return JSON.parse(await readFile(join(home, "etc/network.json"), "utf8")) as NetworkChoices;
  };
  /** The commands that make it, where these cards are. */
  const commands = async (here: readonly object[]) => {
    await writeFile(join(home, "links.json"), JSON.stringify(here));
    const argv = ["jq", "-r", "--slurpfile", "links", join(home, "links.json"), "-f"];
    return (await exec([...argv, join(top, "image/rootfs/usr/lib/dabei/network-commands.jq"), join(home, "etc/network.json")])).stdout.split("\n");
  }; // biome-ignore format: short enough
  const cards = [
    { ifname: "eth1", link_type: "ether", address: "52:54:00:00:00:0a" },
    { ifname: "eth0", link_type: "ether", address: "52:54:00:00:00:0b" },
  ];

  test("is the same bond, its ports told by the addresses that they had when they were made; a bridge is left out", async () => {
    const { interfaces } = await handedOver();
    expect(interfaces).toMatchObject([
      {
        ...{ name: "bond0", mac: "52:54:00:00:00:0a", addresses: [] },
        bond: {
          ...{ mode: "802.3ad", ports: ["52:54:00:00:00:0a", "52:54:00:00:00:0b"] },
          ...{ monitor: 100, lacpRate: "fast", hashPolicy: "layer3+4" },
        },
      },
      { name: "bond0.7", vlan: { id: 7, parent: "bond0" }, bond: null, routes: [{ via: "203.0.113.1" }] },
    ]);
    const made = await commands(cards);
    expect(made.filter((line) => line.startsWith("ip"))).toEqual([
      "ip link add name bond0 address 52:54:00:00:00:0a type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4",
      ...["ip link set dev eth1 down", "ip link set dev eth1 master bond0"],
      ...["ip link set dev eth0 down", "ip link set dev eth0 master bond0"],
      "ip link set dev bond0 up",
      ...["ip link add link bond0 name bond0.7 type vlan id 7", "ip link set dev bond0.7 up"],
      "ip address replace 203.0.113.7/24 dev bond0.7",
      "ip -4 route replace 0.0.0.0/0 via 203.0.113.1 dev bond0.7",
    ]);
  });

  test("takes a port that comes late, and is left as it is where all are there", async () => {
    await handedOver();
    const [first, second] = cards;
    const alone = await commands([first!]);
    expect(alone).toContain("lacking 52:54:00:00:00:0b");
    expect(alone).toContain("ip link set dev eth1 master bond0");
    const made = links.filter(({ ifname }) => ifname.startsWith("bond0"));
    const later = await commands([{ ...first, master: "bond0" }, second!, ...made]);
    expect(later.filter((line) => / add | master /.test(line))).toEqual([
      "ip link set dev eth0 master bond0",
    ]);
    // No card at all: nothing of it is made, and it is said.
    expect(await commands([])).toEqual(["lacking bond0", "lacking bond0.7", "nameserver 192.0.2.53"]);
  });
});

describe.each(shells)("the way to the default route, in %s", (_name, shell) => {
  const device = { "sys/class/net/eno1/device/vendor": "0x8086\n" };
  const below = async (files: Record<string, string>, name: string) => {
    const root = join(home, "root");
    await fakeRoot(root, { ...device, ...files });
    return (await runParts(shell, `unknown_below ${name}; echo "cards $(cards_below ${name})"`, { root }))
      .stdout;
  };
  const virtual = (name: string, type: string, lower: string) => ({
    [`sys/class/net/${name}/uevent`]: `INTERFACE=${name}\n${type}IFINDEX=9\n`,
    [`sys/class/net/${name}/lower_${lower}/ifindex`]: "2\n",
  });

  test.each([
    ["a card", {}, "eno1", "cards eno1"],
    ["a VLAN on a bond", { ...virtual("bond0.7", "DEVTYPE=vlan\n", "bond0"), ...virtual("bond0", "DEVTYPE=bond\n", "eno1") }, "bond0.7", "cards eno1"],
    ["a team", virtual("team0", "DEVTYPE=team\n", "eno1"), "team0", "team0\ncards eno1"],
    ["a VLAN on what has no type", { ...virtual("v7", "DEVTYPE=vlan\n", "odd"), ...virtual("odd", "", "eno1") }, "v7", "odd\ncards eno1"],
    ["a tunnel", { "sys/class/net/wg0/uevent": "DEVTYPE=wireguard\n" }, "wg0", "wg0\ncards "],
  ])("%s", async (_what, files, name, expected) => {
    expect(await below(files as Record<string, string>, name)).toBe(expected);
  }); // biome-ignore format: a table
});

describe.skipIf(!able)("settings", () => {
  const settings = {
    interfaces: [
      { name: "wan", mac: "52:54:00:00:00:0A", addresses: [{ address: "203.0.113.7/24" }],
        routes: [{ destination: "default", via: "203.0.113.1" }, { destination: "default", via: "fe80::1" }] },
      { name: "missing", mac: "52:54:00:00:00:ff", dhcp4: true },
    ],
  }; // biome-ignore format: as one writes it

  test("may leave out all but names; a card that is missing is told, one that is not named left alone", async () => {
    await writeFile(join(home, "given.json"), JSON.stringify(settings));
    const told = await inNamespace(
      { a: "eth0", b: "eth1" },
      '"$network" apply "$home/given.json"; ip -br link show eth1; ip route; ip -6 route show default',
    );
    expect(told).toContain("no card here is the missing of the network's settings");
    expect(told).toMatch(/^eth1\S* +DOWN/m);
    expect(told).toContain("default via 203.0.113.1 dev eth0");
    expect(told).toContain("default via fe80::1 dev eth0");
  });

  test.skipIf(!busybox)(
    "connect, when the gateway says its MAC address, whether it answers pings or not",
    async () => {
      await writeFile(join(home, "given.json"), JSON.stringify(settings));
      const ask = '{ "$network" connected && echo yes || echo no; }';
      const gateway = `unshare --net sh -c 'echo $$ >"$home/pid"; exec sleep 60' & until [ -s "$home/pid" ]; do :; done
      ip link set p0 netns "$(cat "$home/pid")"
      in_other() { nsenter --net="/proc/$(cat "$home/pid")/ns/net" "$@"; }`;
      const told = await inNamespace(
        { a: "eth0", b: "eth1" },
        `"$network" apply "$home/given.json" >/dev/null; ${gateway}
       in_other ip link set p0 up; ${ask}
       in_other ip addr add fe80::1/64 dev p0 nodad; ${ask}
       in_other sh -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all; ip addr add 203.0.113.1/24 dev p0'
       for _ in 1 2 3 4 5; do "$network" connected && break; done; ${ask}
       kill "$(cat "$home/pid")"`,
      );
      // A router of IPv6 that answers does not make up for a gateway of IPv4 that does not.
      expect(told.split("\n")).toEqual(["no", "no", "yes"]);
    },
    30_000,
  );
});

describe.each(shells)("DHCP clients, in %s", (_name, shell) => {
  test.each([
    [
      "/sbin/dhclient -4 -v -i -pf /run/dhclient.eth0.pid -lf /var/lib/dhcp/dhclient.eth0.leases eth0",
      "eth0",
    ],
    ["/sbin/udhcpc -b -R -p /run/udhcpc.eth0.pid -i eth0 -x hostname:a", "eth0"],
    ["busybox udhcpc -ieth0", "eth0"],
    ["/usr/sbin/dhcpcd", ""],
    ["vim dhclient.conf eth0", ""],
  ])("%s", async (line, card) => {
    const root = join(home, "root");
    await fakeRoot(root, {
      "proc/7/cmdline": line.replaceAll(" ", "\0"),
      "sys/class/net/eth0/mtu": "1500\n",
    });
    expect((await runParts(shell, "dhcp_cards || :", { root })).stdout).toBe(card);
  });
});
