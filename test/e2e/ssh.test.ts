import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silent } from "../../image/progress.ts";
import { MiB } from "../../tui/base/bytes.ts";
import { ToolError } from "../../tui/base/errors.ts";
import { exec } from "../../tui/base/exec.ts";
import { lockedFixture, unpackFixture } from "../fixtures/packages.ts";
import { unpackedArgv } from "../fixtures/unpacked.ts";
import { directoryOf, firstScreen, withInstaller } from "./harness.ts";
import { initrdWith, makeKey, makeSsh } from "./ssh.ts";
import { openTerminal } from "./terminal.ts";

const name = "ssh";
const folder = `${directoryOf(name)}-client`;
const user = "root@127.0.0.1";
/** What nixos-anywhere, disko and people call without a path. */
const programs =
  `nix nix-store nix-daemon nix-env nixos-install nixos-enter nixos-generate-config zpool zfs sgdisk parted
  partprobe udevadm blkid lsblk wipefs findmnt jq mkfs.vfat mkfs.ext4 mdadm cryptsetup vgs tar cpio setsid rsync curl git
  bash sh dabei reboot nohup swapoff umount mountpoint flock`.split(/\s+/);

/** The TCP ports up to 10000 of this machine's own address that take a connection; ss tells of all others. */
const scan = `
const { createConnection } = require("node:net");
const address = Object.values(require("node:os").networkInterfaces()).flat().find((it) => !it.internal && it.family === "IPv4").address;
const open = [];
let next = 1;
const look = () => {
  if (next > 10000) return;
  const port = next++;
  const socket = createConnection({ host: address, port });
  // A port that the kernel gave to this very call answers itself.
  socket.once("connect", () => socket.localPort === port || open.push(port)).once("error", () => {});
  socket.once("connect", () => socket.destroy()).once("close", look);
};
for (let lane = 0; lane < 200; lane++) look();
process.on("exit", () => console.log(open.join(" ")));`;

test("ssh: keys of every way, commands, copies, terminals; nothing else is open", async () => {
  const ssh = await makeSsh(`${folder}`);
  const keys = ["initrd", "parameter", "smbios"].map((it) => join(folder, `key-${it}`));
  const [byInitrd, byParameter, bySmbios] = await Promise.all(keys.map((key) => makeKey(key)));
  const hostKeys = ["ed25519", "rsa"].map((type) => join(folder, `ssh_host_${type}_key`));
  await makeKey(hostKeys[0]!);
  await exec(["ssh-keygen", "-q", "-t", "rsa", "-b", "4096", "-N", "", "-f", hostKeys[1]!]);
  const known = await Promise.all(hostKeys.map((file) => readFile(`${file}.pub`, "utf8")));
  const knownHosts = join(folder, "pinned");
  const host = (line: string) => `[127.0.0.1]:${ssh.port} ${line}`;
  await writeFile(knownHosts, known.map(host).join(""));
  const file = (path: string, bytes: Buffer, mode = 0o644) => ({ kind: "file" as const, path, bytes, mode });
  const initrd = await initrdWith(join(folder, "initrd"), [
    // Readable for others, without .pub and without a line feed, as other systems may hand them over.
    ...(await Promise.all(
      hostKeys.map(async (key) => file(`etc/ssh/${key.split("/").at(-1)}`, await readFile(key))),
    )),
    file("root/.ssh/authorized_keys", Buffer.from(byInitrd!), 0o666),
  ]);
  const options = {
    ...{ name, memory: 768 * MiB, disks: [{}], flake: false as const, initrd, ...ssh.options },
    append: `dabei.ssh-key=${encodeURIComponent(byParameter!)}`,
    oemStrings: [`io.systemd.credential:ssh.authorized_keys.root=${bySmbios}`],
  };

  await withInstaller(options, async (vm) => {
    const port = ["-p", String(ssh.port)];
    const pinned = ["-o", "StrictHostKeyChecking=yes", "-o", `UserKnownHostsFile=${knownHosts}`];
    const as = (key: string) => ["-F", "none", ...pinned, "-o", "IdentitiesOnly=yes", "-i", key];
    await ssh.waitUntilUp();

    // The console and every screen say which host key and how many ways in.
    const { stdout: listed } = await exec(["ssh-keygen", "-l", "-f", `${hostKeys[0]}.pub`]);
    await vm.serial.waitFor(firstScreen);
    await vm.serial.waitFor(listed.split(" ")[1]!);
    await vm.serial.waitFor(/4 keys may log in/);

    await squashfsIsThereOnce();
    for (const key of keys) await exec(["ssh", ...as(key), "-o", "BatchMode=yes", ...port, user, "true"]);
    const rsa = ["-o", "HostKeyAlgorithms=rsa-sha2-512", "-o", "BatchMode=yes"];
    await exec(["ssh", ...as(keys[0]!), ...rsa, ...port, user, "true"]);

    const { stdout: missing } = await ssh.run(
      `for it in ${programs.join(" ")}; do command -v $it >/dev/null || echo $it; done`,
    );
    expect(missing).toBe("");
    const json = async (command: string) => JSON.parse((await ssh.run(command)).stdout);
    expect(await json("dabei status --json")).toMatchObject({ state: "idle" });
    expect((await json("dabei machine --json")).ssh.hostKeys).toHaveLength(2);
    expect((await ssh.run("dabei events")).stdout).toBe("");
    expect((await ssh.run("dabei log")).stdout).toContain("no log yet");
    // A script at stdin, without a command and without a terminal: a shell, and not a byte of ours.
    const plain = ["ssh", "-T", ...ssh.settings, ...port, user];
    expect((await exec(plain, { input: "echo $((6 * 7))\n" })).stdout.split("\n").at(-1)).toBe("42");
    expect((await ssh.run("exit 7").catch((error: ToolError) => error.exitCode)) as unknown).toBe(7);

    // Copies, there and back.
    const data = join(folder, "data");
    await exec(["sh", "-c", `head -c 300000 /dev/urandom >${data}`]);
    const copy = (from: string, to: string) =>
      exec(["scp", "-q", ...ssh.settings, "-P", String(ssh.port), from, to]);
    await copy(data, `${user}:/tmp/scp`);
    await copy(`${user}:/tmp/scp`, `${data}-back`);
    const sftp = ["sftp", "-q", "-b", "-", ...ssh.settings, "-P", String(ssh.port), user];
    await exec(sftp, { input: `put ${data} /tmp/sftp\n` });
    const { root } = { root: (await unpackFixture(await lockedFixture(), silent)).imageRoot };
    const transport = ["ssh", ...ssh.settings, ...port].join(" ");
    await exec([...unpackedArgv(root, "usr/bin/rsync"), "-e", transport, data, `${user}:/tmp/rsync`]);
    const sum = async (argv: readonly string[]) => (await exec(argv)).stdout.slice(0, 64);
    const { stdout: sums } = await ssh.run("sha256sum /tmp/scp /tmp/sftp /tmp/rsync | cut -c1-64 | sort -u");
    expect(sums).toBe(await sum(["sha256sum", data]));
    expect(await sum(["sha256sum", `${data}-back`])).toBe(sums);

    await terminals(plain.filter((it) => it !== "-T"));
    await refusals(port);
    const { stdout: findings, exitCode } = await exec(
      ["ssh-audit", "--no-colors", "--port", String(ssh.port), "127.0.0.1"],
      { accept: [0, 2, 3] },
    );
    expect(findings).not.toMatch(/\[fail\]/);
    expect(exitCode, findings).not.toBe(3);

    expect((await ssh.run(`node -e '${scan}'`)).stdout.trim()).toBe("22");
    const { stdout: sockets } = await ssh.run(
      "ss -tulnH | awk '{ sub(/.*:/, \"\", $5); print $1, $5 }' | sort -u",
    );
    expect(sockets).toBe("tcp 22");
  });

  /** In figures: the initrd was given back, and what no cache could give up is the squashfs's file and little more. */
  async function squashfsIsThereOnce(): Promise<void> {
    const { stdout } = await ssh.run(
      "cat /proc/meminfo; echo Squashfs: $(($(cat /sys/block/loop0/size) / 2))",
    );
    const bytes = (field: string) => Number(new RegExp(`^${field}: *(\\d+)`, "m").exec(stdout)?.[1]) * 1024;
    const squashfs = bytes("Squashfs");
    expect(squashfs).toBeGreaterThan(50 * MiB);
    expect(options.memory - bytes("MemTotal"), stdout).toBeLessThan(96 * MiB);
    const held = bytes("Shmem") + bytes("Unevictable");
    expect(held, stdout).toBeGreaterThan(squashfs);
    expect(held, stdout).toBeLessThan(squashfs + 16 * MiB);
  }

  async function terminals(login: readonly string[]): Promise<void> {
    const clients = async () => (await ssh.run("pgrep -fc 'dabei.js$' || true")).stdout;
    const before = await clients();
    // A terminal without a command: the installer; its shell is plain, and leads back.
    const one = openTerminal([...login.slice(0, 1), "-t", ...login.slice(1)], {
      log: join(folder, "one.log"),
    });
    await one.line.waitFor(firstScreen);
    await one.line.waitForQuiet();
    const focused = (screen: string) => /^ *> (.*?) *$/m.exec(screen)?.[1];
    while (focused(one.line.screen()) !== "Shell") {
      const before = focused(one.line.screen());
      one.line.press("down");
      await one.line.waitFor((screen) => focused(screen) !== before && focused(screen) !== undefined);
    }
    one.line.press("enter");
    await one.line.waitFor(/root@\S+:~# *$/m);
    one.line.type("echo plain-$((20 + 3))\r");
    await one.line.waitFor("plain-23");
    one.line.type("exit\r");
    await one.line.waitFor(firstScreen);
    // A terminal with a command: that command.
    const other = openTerminal([...login.slice(0, 1), "-t", ...login.slice(1), "bash"], {
      log: join(folder, "bash.log"),
    });
    await other.line.waitFor(/root@\S+:.*# *$/m);
    expect(other.line.sent()).not.toContain(firstScreen);
    other.line.type("exit\r");
    expect(await other.exited).toBe(0);
    // A connection that is lost takes its screen along, and no more.
    one.kill();
    await one.exited;
    await expect.poll(clients, { timeout: 120_000, interval: 2000 }).toBe(before);
  }

  async function refusals(port: readonly string[]): Promise<void> {
    const passwords = ["-o", "PubkeyAuthentication=no", "-o", "BatchMode=yes"];
    const refused = await exec(["ssh", ...ssh.settings, ...passwords, ...port, user, "true"]).catch(
      (error: ToolError) => error,
    );
    expect(refused).toBeInstanceOf(ToolError);
    expect(refused.stderr).toContain("Permission denied (publickey)");
    const stranger = join(folder, "stranger");
    await makeKey(stranger);
    const settings = ssh.settings.map((it) => (it === ssh.key ? stranger : it));
    await expect(exec(["ssh", ...settings, ...port, user, "true"])).rejects.toThrow(/exit code 255/);
  }
});
