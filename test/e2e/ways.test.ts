import { expect, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { bootFromDisks, directoryOf, diskOf, systemLine, withInstaller } from "./harness.ts";
import { makeSsh, type Ssh } from "./ssh.ts";

const blank = { size: 8 * GiB };

/** Hosts of the flake "ways" with the answers that put each on a disk of its own. */
const answers = {
  declared: `version: 1
disks:
  - count: 1
    serial: DABEI0001
layout:
  vdev: single
  swap: 512M
flake:
  host: declared
`,
  disko: `version: 1
wipe: true
flake:
  host: disko
  diskoDisks:
    main:
      serial: DABEI0002
`,
};

/** What has to be done again after the end to look at the installed system: its pool is exported by then. */
const mountAgain = {
  declared:
    "zpool import -N -R /mnt tank && mount -t zfs tank/system/root /mnt && mount -t zfs -o zfsutil tank/nix /mnt/nix",
  disko: "zpool import -N -R /mnt zroot && mount -t zfs zroot/root /mnt && mount -t zfs zroot/nix /mnt/nix",
};

async function install(ssh: Ssh, host: keyof typeof answers): Promise<string> {
  await ssh.run(`cat > /root/${host}.yaml <<'END'\n${answers[host]}END`);
  // What was installed is what the wrapper flake there says: it would build and fetch nothing.
  const { stdout } = await ssh.run(`( set -e
    dabei install --answers /root/${host}.yaml
    ${mountAgain[host]}
    nix build --store /mnt --dry-run --no-link '/mnt/etc/nixos#nixosConfigurations.${host}.config.system.build.toplevel'
    readlink /mnt/nix/var/nix/profiles/system
    ls /mnt/etc/nixos
    umount -R /mnt
    zpool export -a
    echo all is well ) 2>&1 || true`);
  expect(stdout).toContain("all is well");
  expect(stdout, stdout).toContain("system-1-link");
  expect(stdout, stdout).not.toMatch(/will be (built|fetched)/);
  expect(stdout).toMatch(/dabei\.nix\s+flake\.lock\s+flake\.nix/);
  return stdout;
}

/** A disko script that does not build is found while the disk still holds what it held. */
async function failToBuild(ssh: Ssh, archive: string): Promise<void> {
  const broken = `lib.mkForce (derivation { name = "disko"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "exit 1" ]; })`;
  const { stdout } = await ssh.run(`set -e
    disk=/dev/disk/by-id/virtio-DABEI0002
    mkfs.ext4 -q -L precious $disk
    udevadm settle
    mkdir /root/ways
    curl -sf ${archive} | tar -xz --no-same-owner --strip-components=1 -C /root/ways
    sed -i -e 's/^{ ... }:/{ lib, ... }:/' -e '$ s|^}|  system.build.diskoScript = ${broken};\\n}|' /root/ways/hosts/disko.nix
    sed 's|^flake:|&\\n  reference: path:/root/ways|' > /root/broken.yaml <<'END'
${answers.disko}END
    dabei install --answers /root/broken.yaml 2>&1 || echo "ended with $?"
    blkid -o value -s LABEL $disk`);
  expect(stdout).toMatch(/build disko failed: .*The disks are as they were\.[\s\S]*ended with 1\nprecious$/);
}

test("hosts with their own file systems and with disko devices are installed, and boot", async () => {
  const name = "ways";
  const disks = [blank, blank];
  const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
  const machine = { name, memory: 1536 * MiB, disks, flake: "ways.tar.gz", ...ssh.options };
  await withInstaller(machine, async (_vm, demo) => {
    await ssh.waitUntilUp();
    await failToBuild(ssh, `${demo?.guestUrl}/ways.tar.gz`);
    await install(ssh, "declared");
    await install(ssh, "disko");
  });

  const boots = { declared: 1, disko: 2 } as const;
  for (const [host, number] of Object.entries(boots)) {
    const disk = { ...blank, path: diskOf(name, number), serial: `DABEI000${number}` };
    await bootFromDisks({ name, disks: [disk] }, async (vm) => {
      const line = await systemLine(vm);
      const root = { declared: "tank/system/root", disko: "zroot/root" }[host];
      const id = { declared: "cafe0123", disko: "d15c0123" }[host];
      expect(line).toContain(`host ${host} generation 1 root ${root} (zfs) hostid ${id}`);
      await vm.serial.waitForLog(/fixture ready/);
      for (const place of ["/", "/nix", "/home", "/boot"])
        expect(vm.serial.sent()).toMatch(new RegExp(`fixture mount: \\S+ on ${place} type`));
    });
  }
});
