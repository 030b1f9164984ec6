import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { writeCpio } from "../../image/cpio.ts";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { exec } from "../../tui/base/exec.ts";
import { fingerprint, startFleet } from "./fleet.ts";
import { builtImage, directoryOf, firstScreen, withInstaller } from "./harness.ts";
import { makeSsh } from "./ssh.ts";
import { credential, waitForEnd } from "./unattended.ts";

/** Answers that are told apart by the pool's name. */
const answersBy = (way: string) => `version: 1
disks:
  - count: 1
    serial: DABEI0001
layout:
  pool: by-${way}
flake:
  reference: github:example/infra
  host: web
`;

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

test("every way in which answers come, up to the plan; a key leads to the screens with them", async () => {
  const name = "unattended-delivery";
  const scratch = await mkdtemp(join(tmpdir(), "dabei-delivery-"));
  onTestFinished(() => rm(scratch, { recursive: true, force: true }));
  const labelled = await diskWith(scratch, "DABEI", { "answers.yaml": answersBy("device") });
  const foreign = await diskWith(scratch, "CIDATA", { "user-data": "#cloud-config\nhostname: other\n" });
  const fleet = await startFleet();
  onTestFinished(fleet.close);
  const byUrl = answersBy("url");
  fleet.files.set("/SN-7.yaml", byUrl);
  const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
  const inSmbios = Buffer.from(answersBy("smbios")).toString("base64");

  const options = {
    ...{ name, memory: 1024 * MiB, flake: false as const, ...ssh.options },
    disks: [{ size: 4 * GiB }, { path: labelled }, { path: foreign }],
    initrd: await initrdWith(scratch, "etc/dabei/answers.yaml", answersBy("file")),
    firmwareConfig: { ...ssh.options.firmwareConfig, [credential]: answersBy("fw_cfg") },
    oemStrings: [`io.systemd.credential.binary:dabei.answers=${inSmbios}`],
    extra: ["-smbios", "type=1,serial=SN-7"],
  };
  await withInstaller(options, async (vm) => {
    const read = await vm.events.waitFor("answers-read", { timeout: 900_000 });
    expect(read).toMatchObject({ source: "/etc/dabei/answers.yaml" });
    expect(read.others).toEqual(expect.arrayContaining(["QEMU's fw_cfg", "SMBIOS"]));
    await vm.serial.waitForLog(/nothing is written for 10 s; any key/);
    vm.serial.press("space");
    expect(await waitForEnd(vm)).toMatchObject({ result: "handed-over", exitCode: 0 });
    await vm.serial.waitFor(firstScreen);
    vm.serial.press("enter");
    await vm.serial.waitFor(/\[x\].*DABEI0001/);
    await ssh.waitUntilUp();

    const plan = async (flags: string) => {
      const { stdout } = await ssh.run(`dabei unattended --dry-run ${flags} 2>&1; echo "exit $?"`);
      return stdout;
    };
    const byLine = (line: string) => plan(`--command-line '${line}'`);
    const url = `dabei.answers=${fleet.http}/\${serial}.yaml`;
    const pinned = `dabei.answers=${fleet.https}/\${serial}.yaml`;
    const packed = zstdCompressSync(answersBy("inline")).toString("base64");

    const good: [way: string, output: Promise<string> | string][] = [
      ["file", await plan("")],
      ["device", await plan("--from device")],
      ["fw_cfg", await plan("--from fw_cfg")],
      ["smbios", await plan("--from smbios")],
      ["inline", await byLine(`dabei.answers=${packed}`)],
      ["url", await byLine(`${url} dabei.answers.sha256=${digest(byUrl)}`)],
      ["url", await byLine(`${url} dabei.answers.insecure`)],
      ["url", await byLine(`${pinned} dabei.answers.fingerprint=${fingerprint}`)],
    ];
    for (const [way, output] of good)
      expect(output).toMatch(new RegExp(`zpool create .* by-${way} [\\s\\S]*exit 0`));
    expect(good[0]?.[1]).toMatch(/# found: device, \/dev\/vdb, \/dev\/vdc/);

    const refused: [output: string, sentence: RegExp][] = [
      [await byLine(url), /Anybody on the way can change[\s\S]*exit 2/],
      [
        await byLine(`${url} dabei.answers.sha256=${"0".repeat(64)}`),
        /not the one that is trusted[\s\S]*exit 1/,
      ],
      [
        await byLine(`${pinned} dabei.answers.fingerprint=${"0".repeat(64)}`),
        /the server's certificate is [\s\S]*exit 1/,
      ],
      [await byLine(pinned), /not signed by an authority[\s\S]*exit 1/],
    ];
    for (const [output, sentence] of refused) expect(output).toMatch(sentence);

    // The other disk becomes one of ours: then there are two, and which counts is not guessed.
    await ssh.run("mount /dev/vdc /mnt && sed -i '1i #dabei' /mnt/user-data && umount /mnt");
    expect(await plan("--from device")).toMatch(/Several disks have answers[\s\S]*exit 1/);
  });
});

/** A disk with a file system of that label. */
async function diskWith(scratch: string, label: string, files: Record<string, string>): Promise<string> {
  const folder = join(scratch, label);
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const image = join(scratch, `${label}.raw`);
  await exec(["mke2fs", "-q", "-t", "ext4", "-L", label, "-d", folder, image, "16M"]);
  return image;
}

/** The initrd with one more cpio behind it, as a boot loader or kexec puts it. */
async function initrdWith(scratch: string, path: string, text: string): Promise<string> {
  const { initrd } = await builtImage();
  const folders = path.split("/").slice(0, -1);
  const archive = writeCpio([
    ...folders.map((_, index) => ({
      path: folders.slice(0, index + 1).join("/"),
      kind: "directory" as const,
      mode: 0o755,
    })),
    { path, kind: "file", mode: 0o600, bytes: Buffer.from(text) },
  ]);
  const file = join(scratch, "initrd");
  await writeFile(file, Buffer.concat([await readFile(initrd), archive]));
  return file;
}
