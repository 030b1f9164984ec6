import { readFile, rm, writeFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { writeCpio } from "../../image/cpio.ts";
import { GiB } from "../../tui/base/bytes.ts";
import { serveDemo } from "./demo.ts";
import { bootFromDisks, builtImage, directoryOf, isFull, withInstaller } from "./harness.ts";
import { makeNamespace } from "./namespace.ts";
import { type Client, machineId, unpackBundle, withRescue } from "./rescue.ts";
import { freePort, makeSsh } from "./ssh.ts";

const macs = ["52:54:00:00:00:0a", "52:54:00:00:00:0b"] as const;

/** The wire of a hoster: the gateway is in no network of the machine; behind it the internet; beside it a private network. */
const wires = `
  ip tuntap add dev tap0 mode tap; ip tuntap add dev tap1 mode tap
  ip addr add 198.51.100.1/32 dev tap0; ip addr add fe80::1/64 dev tap0 nodad; ip link set tap0 up
  ip route add 203.0.113.7/32 dev tap0; ip -6 route add 2001:db8:2::2/128 dev tap0
  ip addr add 192.0.2.53/32 dev lo; ip addr add 2001:db8:ffff::53/128 dev lo
  ip addr add 10.9.9.1/24 dev tap1; ip link set tap1 up; ip addr add 10.55.0.1/32 dev lo`;

/** By hand, and under names that the cards will not have in the next system: what is eth0 here is eth1 there. */
const byHand = `
  ip link set eth0 name enp5s0f1np1; ip link set eth1 name eth0
  ip addr add 203.0.113.7/32 dev enp5s0f1np1; ip addr add 2001:db8:2::2/128 dev enp5s0f1np1 nodad
  ip link set enp5s0f1np1 up
  ip route add default via 198.51.100.1 dev enp5s0f1np1 onlink; ip -6 route add default via fe80::1 dev enp5s0f1np1
  ip addr add 10.9.9.2/24 dev eth0; ip link set eth0 up; ip route add 10.55.0.0/16 via 10.9.9.1
  ip route add default via 10.9.9.1 dev eth0 table 100; ip rule add from 10.9.9.2 table 100 priority 1000
  printf 'nameserver 192.0.2.53\\nnameserver 2001:db8:ffff::53\\nsearch rescue.example\\n' >/etc/resolv.conf`;

test("from a static address behind an onlink gateway, cards by other names: the same machine again, by ssh", async () => {
  const wire = await makeNamespace(wires);
  const cards = macs.map((mac, index) => ({ tap: `tap${index}`, mac }));
  const options = { name: "kexec-static", memory: GiB, cards, through: wire.through };
  try {
    await withRescue({ ...options, network: byHand, address: "203.0.113.7" }, async (_, client) => {
      await client.waitFor("ID=debian");
      await client.run(unpackBundle);
      await refuses(client);
      // As nixos-anywhere calls it.
      const { stdout } = await client.run(
        `TMPDIR=/tmp setsid --wait /tmp/bundle/kexec/run --kexec-extra-flags '' 2>&1`,
      );
      expect(stdout).toContain("machine will boot into nixos");
      await client.waitFor("ID=nixos");
      const { stdout: now } = await client.run(
        "hostname; cat /etc/machine-id /etc/resolv.conf; ip -o addr; ip route show table all; ip -6 route; ip rule; cat /proc/cmdline",
      );
      expect(now).toMatch(/^rescue7$/m);
      expect(now).toContain(machineId);
      expect(now).toContain("nameserver 192.0.2.53\nnameserver 2001:db8:ffff::53\nsearch rescue.example");
      expect(now).toContain("console=ttyS0,115200");
      const [first, second] = macs.map((mac) => new RegExp(`^\\S+ +(\\S+).*${mac}`, "m"));
      const { stdout: links } = await client.run("ip -o link | sed 's/: / /g'");
      const [wan, lan] = [first, second].map((pattern) => pattern!.exec(links)?.[1]);
      expect(now).toContain(`default via 198.51.100.1 dev ${wan} onlink`);
      expect(now).toMatch(new RegExp(`default via fe80::1 dev ${wan} `));
      expect(now).toMatch(new RegExp(`${lan} +inet 10\\.9\\.9\\.2/24`));
      expect(now).toContain(`10.55.0.0/16 via 10.9.9.1 dev ${lan}`);
      expect(now).toMatch(/from 10\.9\.9\.2 lookup 100/);
      await client.run(
        "for host in 192.0.2.53 2001:db8:ffff::53 10.55.0.1; do ping -c 1 -W 10 $host || exit; done",
      );
    });
  } finally {
    wire.close();
  }
});

/** What cannot be left is not left, in words and figures, and goes on as if nobody had asked. */
async function refuses(client: Client): Promise<void> {
  const run =
    "/tmp/bundle/kexec/run 2>&1; echo exit code $?; ls -d /tmp/bundle/kexec/handover.* 2>&1; cat /sys/kernel/kexec_loaded";
  const refused = /refuses, and nothing was changed:[\s\S]*exit code 1\n.*No such file[\s\S]*\n0$/;
  const keys = "/root/.ssh/authorized_keys";
  const { stdout: withoutKey } = await client.run(`mv ${keys} /tmp; ${run}; mv /tmp/authorized_keys ${keys}`);
  expect(withoutKey).toMatch(refused);
  expect(withoutKey).toContain("there is no ssh key that could log in");
  const { stdout: withoutMemory } = await client.run(
    `dd if=/dev/zero of=/tmp/full bs=1M count=$(($(awk '/^MemAvailable/ { print $2 }' /proc/meminfo) / 1024 - 150)) 2>/dev/null
     ${run}; rm /tmp/full`,
  );
  expect(withoutMemory).toMatch(refused);
  expect(withoutMemory).toMatch(
    /1\d\d MiB of memory are free, and 2\d\d MiB are needed to load the new system/,
  );
}

test("from DHCP, by the older system call, with an IPv4 address that is a lease", async () => {
  const port = await freePort();
  const network = "udhcpc -i eth0 -b -s /etc/udhcpc >/dev/null 2>&1";
  const options = { name: "kexec-dhcp", memory: GiB, forward: [{ host: port, guest: 22 }], network };
  await withRescue({ ...options, address: "127.0.0.1", port }, async (_, client) => {
    await client.waitFor("ID=debian");
    await client.run(unpackBundle);
    // Loaded, and not before it is told does it start.
    const { stdout } = await client.run(
      "/tmp/bundle/kexec/run --no-execute --kexec-extra-flags=-c --append dabei.test=yes 2>&1; cat /sys/kernel/kexec_loaded",
    );
    const [, start] = /not started\. Start it with: (sync; \S+ -e) [\s\S]*\n1$/.exec(stdout.trim()) ?? [];
    expect(start, stdout).toBeDefined();
    await client.run(`(sleep 1; ${start}) </dev/null >/dev/null 2>&1 &`);
    await client.waitFor("ID=nixos");
    const { stdout: now } = await client.run("cat /proc/cmdline /run/resolv.conf; ip -4 -o addr; ip route");
    expect(now).toContain("dabei.test=yes");
    expect(now).toContain("nameserver 10.0.2.3");
    expect(now).toMatch(/inet 10\.0\.2\.15\/24/);
    // Handed over or given again: DHCP is in charge of it.
    const { stdout: settings } = await client.run("cat /etc/dabei/network.json");
    expect(JSON.parse(settings).interfaces).toMatchObject([{ mac: "52:54:00:12:34:56", dhcp4: true }]);
    await client.run("until ip route | grep 'proto dhcp'; do sleep 1; done");
  });
});

const answers = `version: 1
disks:
  - count: 1
    serial: DABEI0001
flake:
  host: demo
`;

test("in 1 GiB, from a static address to the installed system, with the same address and host key", async () => {
  const port = await freePort();
  // What DHCP would not give here: it stays, though the system that is installed asks for DHCP by itself.
  const network = `ip addr add 10.0.2.99/24 dev eth0; ip link set eth0 up; ip route add default via 10.0.2.2
    echo nameserver 10.0.2.3 >/etc/resolv.conf`;
  const forward = [{ host: port, guest: 22, address: "10.0.2.99" }];
  const machine = { name: "kexec-install", memory: GiB, disks: [{ size: 8 * GiB }], forward };
  const demo = await serveDemo();
  try {
    const client = await withRescue(
      { ...machine, network, address: "127.0.0.1", port },
      async (vm, client) => {
        await client.waitFor("ID=debian");
        await client.run(unpackBundle);
        await client.run(`cat >/tmp/answers.yaml <<'END'\n${answers}END`);
        await client.run(
          `/tmp/bundle/kexec/run --answers /tmp/answers.yaml --kexec-extra-flags -c --append '${demo.offer("demo.tar.gz")}'`,
        );
        await client.waitFor("ID=nixos");
        expect((await vm.events.waitFor("ended", { timeout: 1_800_000 })).result, vm.serial.screen()).toBe(
          "installed",
        );
        return client;
      },
    );
    await bootFromDisks(machine, async (vm) => {
      await vm.serial.waitForLog(/fixture ready/);
      await client.waitFor("ID=nixos");
      const { stdout } = await client.run("hostname; ip -o -4 addr; ip route; cat /etc/resolv.conf");
      expect(stdout).toMatch(/inet 10\.0\.2\.99\/24/);
      expect(stdout).not.toContain("10.0.2.15");
      expect(stdout).toContain("default via 10.0.2.2");
      expect(stdout).toContain("nameserver 10.0.2.3");
    });
  } finally {
    await demo.close();
  }
});

test.runIf(isFull)("settings that lead nowhere: DHCP after a minute, and the console says so", async () => {
  const name = "kexec-nowhere";
  const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
  const { initrd } = await builtImage();
  const settings = {
    interfaces: [
      {
        name: "wan",
        mac: "52:54:00:12:34:56",
        addresses: [{ address: "203.0.113.7/24" }],
        routes: [{ destination: "default", via: "203.0.113.1" }],
      },
    ],
  };
  const changed = `${directoryOf(name)}-initrd`;
  onTestFinished(() => rm(changed, { force: true }));
  const file = { path: "etc/dabei/network.json", kind: "file", mode: 0o644 } as const;
  const handed = writeCpio([{ ...file, bytes: Buffer.from(JSON.stringify(settings)) }]);
  await writeFile(changed, Buffer.concat([await readFile(initrd), handed]));
  const options = { name, initrd: changed, flake: false as const, ...ssh.options };
  await withInstaller(options, async (vm) => {
    await vm.serial.waitForLog(/does not reach its gateways after a minute. DHCP is tried/);
    await ssh.waitUntilUp();
    const { stdout } = await ssh.run("ip -4 -o addr; ip route get 192.0.2.1");
    expect(stdout).toContain("203.0.113.7/24");
    expect(stdout).toMatch(/192\.0\.2\.1 via 10\.0\.2\.2 /);
  });
});
