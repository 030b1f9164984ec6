import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { exec } from "../../tui/base/exec.ts";
import { mountByHand, placeFlakes, startForge } from "./by-hand.ts";
import { serveDemo } from "./demo.ts";
import { buildWithFlake, directoryOf, firstScreen, isFull, withInstaller } from "./harness.ts";
import { installBy, makeSsh, type Ssh } from "./ssh.ts";

const timeout = 900_000;
const hosts = /^ *Hosts /m;
const demoHost = /^ *Hosts [\s\S]*demo +x86_64-linux/m;

test("a flake in the image, on labelled disks of others, and behind ssh with a key that is given", async () => {
  const name = "sources";
  const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
  const demo = await serveDemo();
  const image = await buildWithFlake(`${directoryOf(name)}-image`);
  const disks = [{ size: 4 * GiB }, { size: 1 * GiB }];
  const machine = {
    name,
    memory: 1024 * MiB,
    disks,
    flake: false,
    append: demo.trust,
    ...image,
    ...ssh.options,
  } as const;
  await withInstaller(machine, async (vm) => {
    const { serial } = vm;
    await serial.waitFor(firstScreen);
    await ssh.waitUntilUp();
    await startForge(ssh, demo.flake);
    await placeFlakes(ssh, demo.flake, "/dev/vdb");
    await mountByHand(ssh, "/dev/vda");
    const fingerprint = (await ssh.run("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub")).stdout.split(
      " ",
    )[1]!;
    const key = (await ssh.run("cat /tmp/deploy")).stdout;

    await serial.waitFor("Install into what is mounted at /mnt");
    serial.press("down");
    await serial.waitFor(/> Install into what is mounted/);
    serial.press("enter");
    await serial.waitFor(/\/mnt\/boot +\/dev\/vda1 +vfat .* ESP/);
    serial.press("enter");
    await serial.waitFor("in the image");
    serial.press("enter");
    await serial.waitFor(hosts, { timeout });

    const look = async (reference: string) => {
      if (hosts.test(serial.screen())) serial.press("e");
      await serial.waitFor(/Enter look/);
      serial.press("ctrl-u");
      serial.type(reference);
      serial.press("enter");
    };
    for (const reference of ["disk:FATSTICK/infra", "disk:STICK/infra"]) {
      await look(reference);
      await serial.waitFor((screen) => demoHost.test(screen) && screen.includes(reference), { timeout });
    }

    const reference = "github:example/infra?host=localhost";
    await look(reference);
    await serial.waitFor(/> give an access token for localhost/, { timeout });
    const asked = serial.mark();
    serial.press("enter");
    await serial.waitFor(/What you type is not shown/);
    serial.type("ghp_right");
    await serial.waitFor(/•{9}|\*{9}/);
    serial.press("enter");
    await serial.waitFor((screen) => hosts.test(screen) && screen.includes(reference), { timeout });
    expect(serial.sent(asked)).not.toContain("ghp_right");

    await look("git+ssh://root@127.0.0.1/root/private");
    await serial.waitFor(/The ssh host key of the git server 127\.0\.0\.1 is not known/, { timeout });
    await serial.waitFor(/> give the ssh host key of 127\.0\.0\.1/);
    serial.press("enter");
    await serial.waitFor(fingerprint);
    serial.press("y");
    await serial.waitFor(/> give an ssh key for 127\.0\.0\.1/, { timeout });
    serial.press("enter");
    await serial.waitFor(/it is not shown/);
    const from = serial.mark();
    serial.type(`${key.trim().replaceAll("\n", "\r")}\r`);
    await serial.waitFor(hosts, { timeout });
    expect(serial.screen()).toContain("git+ssh://root@127.0.0.1/root/private");
    // Of the key nothing came back but dots.
    for (const line of key.split("\n").filter((one) => one.length > 20))
      expect(serial.sent(from)).not.toContain(line);
    expect(
      (await ssh.run("stat -c %a:%T /run/dabei/secrets/ssh-key; stat -fc %T /run/dabei/secrets")).stdout,
    ).toMatch(/^600.*\ntmpfs$/);
    if (!isFull) return;

    // The same by an answer file, up to the plan: which gives the key, or leaves it to the agent of whoever is logged in.
    expect(await dryRun(ssh, "sshKey: { file: /tmp/deploy }")).toMatch(planned);
    await ssh.run("rm /tmp/deploy");
    const without = await dryRun(ssh);
    expect(without).toContain("refuses the ssh key, or there is none");
    expect(without).not.toMatch(planned);
    await using agent = await startAgent(key);
    const [program = "", ...words] = ssh.argv;
    const env = { SSH_AUTH_SOCK: agent.socket };
    const forwarding: Pick<Ssh, "run"> = {
      run: (command, options) => exec([program, "-A", ...words, command], { ...options, env }),
    };
    expect(await dryRun(forwarding)).toMatch(planned);
  }).finally(() => demo.close());
});

const planned = /check mounts[\s\S]*boot loader[\s\S]*leave mounted[\s\S]*ended with 0$/;

/** What `dabei install --dry-run` says of the private flake, with nothing left of what was given before. */
async function dryRun(ssh: Pick<Ssh, "run">, keyLine = ""): Promise<string> {
  const { stdout } = await ssh.run(`rm -rf /run/dabei/secrets /run/dabei/known_hosts /root/.cache/nix
cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub`);
  const answers = `version: 1
target: mounted
flake:
  reference: git+ssh://root@127.0.0.1/root/private
  host: demo
  sshHostKeys: ["127.0.0.1 ${stdout.trim()}"]
  ${keyLine}
`;
  const said = await installBy(ssh, answers, "--dry-run");
  expect(said).not.toMatch(/sgdisk|wipefs|mkfs|umount/);
  return said;
}

/** An agent of ssh on this machine with this key in it; it ends with the test. */
async function startAgent(key: string): Promise<AsyncDisposable & { readonly socket: string }> {
  const folder = await mkdtemp(join(tmpdir(), "dabei-agent-"));
  const socket = join(folder, "socket");
  const { stdout } = await exec(["ssh-agent", "-a", socket]);
  const stop = async () => {
    process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]));
    await rm(folder, { recursive: true });
  };
  await exec(["ssh-add", "-q", "-"], { input: `${key.trim()}\n`, env: { SSH_AUTH_SOCK: socket } });
  return { socket, [Symbol.asyncDispose]: stop };
}
