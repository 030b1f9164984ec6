import { expect, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { mountByHand, placeFlakes, startForge } from "./by-hand.ts";
import { serveDemo } from "./demo.ts";
import { buildWithFlake, directoryOf, firstScreen, isFull, withInstaller } from "./harness.ts";
import { makeSsh } from "./ssh.ts";

const timeout = 900_000;
const hosts = /^ *Hosts /m;

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
      await serial.waitFor((screen) => hosts.test(screen) && screen.includes(reference), { timeout });
      expect(serial.screen()).toMatch(/demo +x86_64-linux/);
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

    // The same by an answer file, which gives the key and names the host key: up to the plan.
    const dry = await ssh.run(`set -eu
rm -r /run/dabei/secrets /run/dabei/known_hosts
cat > /tmp/answers.yaml <<END
version: 1
target: mounted
flake:
  reference: git+ssh://root@127.0.0.1/root/private
  host: demo
  sshKey: { file: /tmp/deploy }
  sshHostKeys: ["127.0.0.1 $(cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)"]
END
dabei install --dry-run --answers /tmp/answers.yaml
rm /tmp/deploy`);
    expect(dry.stdout).toMatch(/check mounts[\s\S]*boot loader[\s\S]*leave mounted/);
    expect(dry.stdout).not.toMatch(/sgdisk|wipefs|mkfs|umount/);
  }).finally(() => demo.close());
});
