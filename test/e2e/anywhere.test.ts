import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { exec } from "../../tui/base/exec.ts";
import { buildHere } from "./anywhere.ts";
import { bootFromDisks, directoryOf, systemLine, withInstaller } from "./harness.ts";
import { initrdWith, makeKey, makeSsh } from "./ssh.ts";

const name = "anywhere";
const folder = `${directoryOf(name)}-client`;
const disks = [{ size: 4 * GiB }];

/** The facts that the client asks for, each of which must be there. */
const facts = `set -eu
has() { command -v "$1" >/dev/null && echo y || echo n; }
like() { grep -Eq "$1" /etc/os-release && echo y || echo n; }
cat <<END
isOs=$(uname)
isArch=$(uname -m)
isNixos=$(like '^ID(_LIKE)?="?nixos"?$')
isInstaller=$(like '^VARIANT_ID="?installer"?$')
isRoot=$([ "$(id -u)" -eq 0 ] && echo y || echo n)
hasTar=$(has tar) hasCpio=$(has cpio) hasSetsid=$(has setsid) hasCurl=$(has curl) hasWget=$(has wget)
END`;

test("nixos-anywhere's client, command by command, from the disks to the boot of the installed system", async () => {
  const built = await buildHere(folder);
  const hostKey = join(folder, "ssh_host_ed25519_key");
  const ssh = await makeSsh(`${folder}/ssh`, 22, await makeKey(hostKey));
  // What kexec hands over lies at its final place in one more archive behind the initrd.
  const handed = (path: string, mode: number) => async (file: string) => ({
    ...{ kind: "file" as const, path, mode, bytes: await readFile(file) },
  });
  const initrd = await initrdWith(join(folder, "initrd"), [
    await handed("etc/ssh/ssh_host_ed25519_key", 0o644)(hostKey),
    await handed("root/.ssh/authorized_keys", 0o644)(`${ssh.key}.pub`),
  ]);
  const other = join(folder, "other-key");
  await makeKey(other);
  const remote = (key: string) =>
    [...ssh.settings.map((it) => (it === ssh.key ? key : it)), "-p", String(ssh.port)].join(" ");
  process.env.NIX_SSHOPTS = remote(other);
  const target = "ssh://root@127.0.0.1";
  const { forward } = ssh.options;

  await withInstaller(
    { name, memory: 1024 * MiB, disks, forward, initrd, flake: false, append: "dabei.hostname=rescued" },
    async (vm) => {
      await ssh.waitUntilUp();
      const copyId = ["ssh-copy-id", "-f", "-i", `${other}.pub`, "-p", String(ssh.port)];
      // It makes its temporary files in ~/.ssh.
      await mkdir(join(folder, ".ssh"), { recursive: true });
      await exec([...copyId, ...ssh.settings.slice(4), "-o", `IdentityFile=${ssh.key}`, "root@127.0.0.1"], {
        env: { HOME: folder },
      });
      const run = (command: string, input?: string) =>
        exec(
          ["ssh", "-T", ...remote(other).split(" "), "root@127.0.0.1", command],
          input === undefined ? {} : { input },
        );
      const shell = (script: string) => run("sh", script);

      const { stdout: told } = await run("enableDebug= sh --", facts);
      expect(told.split(/\s+/).filter(Boolean)).toEqual([
        ...["isOs=Linux", "isArch=x86_64", "isNixos=y", "isInstaller=y", "isRoot=y"],
        ...["hasTar=y", "hasCpio=y", "hasSetsid=y", "hasCurl=y", "hasWget=y"],
      ]);
      await run("setsid --wait true");
      const features = "nix --extra-experimental-features nix-command";
      expect((await run(`${features} config show system`)).stdout).toBe("x86_64-linux");
      await shell(`set -eu
mkdir -p ~/.config/nix
echo 'extra-substituters = http://10.0.2.2:9' >>~/.config/nix/nix.conf`);
      await run('umask 077; mkdir -p "$(dirname /tmp/secret.key)"; cat >/tmp/secret.key', "secret");
      expect((await run("stat -c %a:%s /tmp/secret.key")).stdout).toBe("600:6");
      await run("rm ~/.config/nix/nix.conf");

      await built.nix(["copy", "--no-check-sigs", "--to", `${target}?compress=true`, built.diskScript]);
      await built.nix(["store", "info", "--store", `ssh-ng://root@127.0.0.1`]);
      await run(built.diskScript);
      const mounted = (await run("findmnt --json --list --output TARGET,SOURCE --submounts /mnt")).stdout;
      expect(JSON.parse(mounted).filesystems.map((it: { target: string }) => it.target)).toEqual([
        ...["/mnt", "/mnt/nix", "/mnt/boot"],
      ]);

      const store = `${target}?remote-store=local%3Froot=%2Fmnt&compress=true`;
      await built.nix(["copy", "--no-check-sigs", "--to", store, built.toplevel]);
      const files = [
        "-C",
        `${folder}/ssh`,
        "--transform",
        "s,key.pub,root/.ssh/authorized_keys,",
        "-cf",
        "-",
        "key.pub",
      ];
      await exec(["sh", "-c", 'tar "$@" | ssh $SSH "tar -C /mnt -xf- --no-same-owner"', "sh", ...files], {
        env: { SSH: `${remote(other)} root@127.0.0.1` },
      });
      await run("chmod 755 /mnt && chmod 700 /mnt/root /mnt/root/.ssh");
      await run('while read file ownership; do chown -R "$ownership" "/mnt/$file"; done', "/root 0:0\n");
      const installed = await shell(`set -eu
export PATH="$PATH:/run/current-system/sw/bin"
mkdir -p /mnt/tmp && chmod 777 /mnt/tmp
mkdir -m 755 -p /mnt/etc/ssh
for p in /etc/ssh/ssh_host_*; do [ ! -e "$p" ] || [ -e "/mnt$p" ] || cp -a "$p" "/mnt$p"; done
nixos-install --no-root-passwd --no-channel-copy --system ${built.toplevel}`);
      expect(installed.stdout).toContain("installation finished!");
      expect((await run("nixos-enter -c 'readlink /run/current-system'")).stdout).toBe(built.toplevel);
      expect((await run("nixos-enter --silent -- cat /etc/hostname")).stdout).toBe("demo");

      await shell(`if command -v zpool >/dev/null && [ "$(zpool list)" != "no pools available" ]; then
  umount -Rv /mnt/
  swapoff -a
  zpool export -a || true
fi
nohup sh -c 'sleep 6 && reboot' >/dev/null 2>&1 &`);
      await vm.exited;
    },
  );

  await bootFromDisks({ name, disks, forward }, async (vm) => {
    const line = await systemLine(vm);
    expect(line).toMatch(/host demo generation 1 root rpool\/root \(zfs\) hostid 00bab10c/);
    // The key that was brought along opens it, and the host key is the one from before all this.
    await ssh.waitUntilUp();
    expect(
      (await ssh.run(`PATH=/run/current-system/sw/bin; zpool status -x; cat /etc/hostname`)).stdout,
    ).toMatch(/healthy\ndemo$/);
  });
});
