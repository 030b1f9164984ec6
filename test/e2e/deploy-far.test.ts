import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { SerialLine } from "../../qemu/serial.ts";
import { GiB } from "../../tui/base/bytes.ts";
import { exec } from "../../tui/base/exec.ts";
import { directoryOf, isFull } from "./harness.ts";
import { jumpHost } from "./jump-host.ts";
import { makeNamespace } from "./namespace.ts";
import { withRescue } from "./rescue.ts";
import { makeKey } from "./ssh.ts";
import { openTerminal } from "./terminal.ts";

const name = "deploy-far";
const top = resolve(import.meta.dirname, "../..");
const minutes = 60_000;
const address = "2001:db8:2::2";

/** A switch with two ports for the machine. It takes no part in LACP, so that one port of the bond carries everything. */
const wires = `
  ip link add br0 type bridge; ip addr add fe80::1/64 dev br0 nodad; ip link set br0 up
  for tap in tap0 tap1; do
    ip tuntap add dev $tap mode tap; ip link set $tap master br0 up; ip link set $tap type bridge_slave learning off
  done
  ip -6 route add ${address}/128 dev br0; ip addr add 2001:db8:ffff::53/128 dev lo`;

/**
 * No IPv4, two cards that are one link, sshd on another port, and root without a key: who logs in becomes root by what
 * stands for sudo here, a setuid shell.
 */
const rescueNetwork = `
  modprobe bonding max_bonds=0; modprobe 8021q
  ip link add bond0 type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4
  ip link set eth0 master bond0; ip link set eth1 master bond0; ip link set bond0 up
  ip addr add ${address}/128 dev bond0 nodad; ip -6 route add default via fe80::1 dev bond0
  ip link add link bond0 name bond0.7 type vlan id 7; ip link set bond0.7 up
  ip addr add 2001:db8:7::2/64 dev bond0.7 nodad
  echo nameserver 2001:db8:ffff::53 >/etc/resolv.conf
  echo 'me:x:1000:1000::/home/me:/bin/bash' >>/etc/passwd; echo 'me:*:1::::::' >>/etc/shadow
  mkdir -p /home/me/.ssh; mv /root/.ssh/authorized_keys /home/me/.ssh/; chown -R 1000:1000 /home/me
  cp /usr/bin/bash /usr/bin/bash-of-root; chmod 4755 /usr/bin/bash-of-root
  cat >/usr/bin/sudo <<'END'
#!/bin/sh
[ "$1" = -n ] && shift
exec bash-of-root -p -c 'SUDO_USER=me exec setpriv --reuid 0 --regid 0 --clear-groups "$@"' sudo "$@"
END
  chmod 755 /usr/bin/sudo
  sshd_options='-p 2222'`;

test.runIf(isFull)(
  "scripts/deploy by a jump host, as a sudo user, to another port of an IPv6 address on a bond with LACP",
  async () => {
    const wire = await makeNamespace(wires);
    onTestFinished(wire.close);
    const cards = [0, 1].map((index) => ({ tap: `tap${index}`, mac: `52:54:00:00:00:0${index + 1}` }));
    // LACP takes no card that does not tell how fast it is.
    const extra = ["speed=1000", "duplex=full"].flatMap((it) => ["-global", `virtio-net-pci.${it}`]);
    const options = { name, memory: GiB, cards, extra, through: wire.through, network: rescueNetwork };
    await withRescue({ ...options, address, port: 2222 }, async (vm) => {
      const keys = `${directoryOf(name)}-keys`;
      const key = join(keys, "client");
      const [publicKey, hostKey] = await Promise.all(
        ["client.pub", "host.pub"].map(async (file) => (await readFile(join(keys, file), "utf8")).trim()),
      );
      await writeFile(join(keys, "known_hosts"), `[${address}]:2222 ${hostKey}\n${address} ${hostKey}\n`);
      const config = join(keys, "ssh_config");
      const jump = await jumpHost(`${directoryOf(name)}-jump`, wire.through, publicKey!);
      const common = `IdentityFile ${key}\n  IdentitiesOnly yes\n  StrictHostKeyChecking yes`;
      await writeFile(config, `${jump}\nHost *\n  ${common}\n  UserKnownHostsFile ${keys}/known_hosts\n`);
      await vm.serial.waitForLog(/rescue: ready/);

      const far = ["-F", config, "-J", "jump"];
      const flake = "github:example/infra#web1";
      const deploy = async (
        log: string,
        more: readonly string[],
        body: (line: SerialLine) => Promise<unknown>,
      ) => {
        const argv = [join(top, "scripts/deploy"), ...far, "-p", "2222", ...more, `me@${address}`];
        const terminal = openTerminal(argv, { log: `${directoryOf(name)}-${log}.log` });
        try {
          await body(terminal.line);
          await terminal.line.waitFor(/Install NixOS on ZFS/, { timeout: 20 * minutes });
        } finally {
          terminal.kill();
        }
      };
      await deploy("deploy", ["--again", "--flake", flake], async (line) => {
        await line.waitForLog(/1 of me/, { timeout: 10 * minutes });
        await line.waitForLog(/machine will boot into nixos/, { timeout: 10 * minutes });
      });

      const run = (command: string) => exec(["ssh", ...far, `root@${address}`, command]);
      const { stdout: status } = await run("dabei status --json");
      expect(JSON.parse(status)).toMatchObject({ state: "idle" });
      const { stdout: bond } = await run("cat /proc/net/bonding/bond0");
      expect(bond).toMatch(/Bonding Mode: IEEE 802\.3ad/);
      expect(bond).toMatch(/LACP rate: fast/);
      expect(bond).toMatch(/Transmit Hash Policy: layer3\+4/);
      for (const { mac } of cards) expect(bond).toContain(`Permanent HW addr: ${mac}`);
      const { stdout: addresses } = await run(
        "ip -o -6 addr show scope global; ip -o -4 addr; ls /sys/class/net",
      );
      expect(addresses).toMatch(/bond0 +inet6 2001:db8:2::2\/128/);
      expect(addresses).toMatch(/bond0\.7 +inet6 2001:db8:7::2\/64/);
      expect(addresses).not.toMatch(/inet (?!127)/);
      await run("ping -c 1 -W 10 2001:db8:ffff::53");
      expect((await run("cat /proc/cmdline")).stdout).toContain(`dabei.flake=${flake}`);

      // Once more, with the image there: what would have gone along with it is brought afterwards.
      await makeKey(join(keys, "other"));
      const more = ["--flake", "github:example/other", "--authorized-key", join(keys, "other.pub")];
      await deploy("deploy-again", more, (line) => line.waitForLog(/answers: nix-dabei, waits/));
      const { stdout: later } = await run("cat /run/dabei/parameters; wc -l </root/.ssh/authorized_keys");
      expect(later).toMatch(/^dabei\.flake=github:example\/other dabei\.ssh-key=\S+\n2$/);
    });
  },
);
