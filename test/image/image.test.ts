import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isElf, readLinkage } from "../../image/elf.ts";
import { squashfsArchive } from "../../image/initrd.ts";
import { MiB } from "../../tui/base/bytes.ts";
import { exec } from "../../tui/base/exec.ts";
import {
  hasFile,
  hasProgram,
  hasText,
  lacks,
  type OpenedImage,
  openImage,
  type Validator,
} from "./opened.ts";

let image: OpenedImage;
let unpacked = "";
beforeAll(async () => {
  image = await openImage();
  unpacked = join(await mkdtemp(join(tmpdir(), "dabei-image-")), "root");
  await image.unpack(unpacked);
});
afterAll(async () => {
  if (unpacked) await rm(join(unpacked, ".."), { recursive: true, force: true });
});

const validators: Record<string, Validator> = {
  "the installer": hasProgram("usr/bin/dabei"),
  "its first frame": hasText("usr/lib/dabei/first-frame", "Install NixOS on ZFS"),
  "runit as init": hasProgram("usr/sbin/init"),
  "a shell": hasProgram("bin/sh"),
  ...Object.fromEntries(
    ["node", "nix", "git", "curl", "ssh", "lsblk", "udevadm"].map((name) => [
      name,
      hasProgram(`usr/bin/${name}`),
    ]),
  ),
  ...Object.fromEntries(
    ["zpool", "zfs", "sgdisk", "mkfs.vfat", "sshd", "modprobe", "kexec", "switch_root"].map((name) => [
      name,
      hasProgram(`usr/sbin/${name}`),
    ]),
  ),
  certificates: hasText(
    "etc/ssl/certs/ca-certificates.crt",
    /(-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n){100}/,
  ),
  flakes: hasText("etc/nix/nix.conf", /experimental-features = .*flakes/),
  "a name of its own": hasText("etc/os-release", "VARIANT_ID=installer"),
  "the libraries that nothing links": hasFile("usr/lib/x86_64-linux-gnu/libgcc_s.so.1"),
  "no perl, no python, no systemd as init": lacks(/bin\/(perl|python3?|systemd)$/),
  "no documentation": lacks(/^usr\/share\/(doc|man|info|locale)\//),
};

test.each(Object.entries(validators))("the image has %s", async (_name, validate) => {
  await validate(image);
});

describe("everything in it", () => {
  test("belongs to root and has no time", () => {
    for (const { owner, time, path } of image.paths.values())
      expect([path, owner, time]).toEqual([path, "0/0", "1970-01-01 00:00"]);
  });

  test("that is a link leads somewhere", () => {
    const runtime = /^\/?(proc|run|dev|sys)\//;
    const links = [...image.paths.values()].filter(
      (it) => it.target !== undefined && !runtime.test(it.target) && !it.target.startsWith("/run"),
    );
    expect(links.filter((it) => !image.follow(it.path)).map((it) => `${it.path} -> ${it.target}`)).toEqual(
      [],
    );
  });

  test("that is a script has its interpreter, and a program its libraries", async () => {
    const missing: string[] = [];
    for (const { path, mode } of image.paths.values()) {
      if (!mode.startsWith("-")) continue;
      const bytes = await readFile(join(unpacked, path));
      const interpreter = /^#!\s*(\S+)/.exec(bytes.toString("latin1", 0, 100))?.[1];
      if (interpreter && mode.includes("x") && !image.follow(interpreter))
        missing.push(`${path}: ${interpreter}`);
      if (!isElf(bytes) || path.endsWith(".ko")) continue;
      const { needed, runpath } = readLinkage(bytes);
      const places = [...runpath, "/usr/lib/x86_64-linux-gnu", "/usr/lib"];
      for (const name of needed) {
        if (!places.some((place) => image.follow(posix.join(place, name)))) missing.push(`${path}: ${name}`);
      }
    }
    expect(missing).toEqual([]);
  });
});

test("the indexes of the modules know ZFS, and it is compiled for this kernel", async () => {
  const release = image.manifest.kernel;
  const zfs = await readFile(join(unpacked, "usr/lib/modules", release, "extra/zfs.ko"));
  expect(zfs.includes(`vermagic=${release} `)).toBe(true);
  expect(await readdir(join(unpacked, "usr/lib/modules", release))).toContain("modules.dep.bin");
});

test("its node speaks as much of Intl as the screens need", async () => {
  const script = `
    const say = (...values) => console.log(JSON.stringify(values));
    const split = (granularity, text) => [...new Intl.Segmenter("en", { granularity }).segment(text)].map((it) => it.segment);
    say(split("grapheme", "ae\\u0301\\u{1F468}\\u200D\\u{1F469}"), split("word", "Hello world."));
    say((1234567.89).toLocaleString(), new Date(0).toLocaleString("en-US", { timeZone: "Europe/Berlin" }));
    say(["b", "a", "\\u00e4", "Z"].sort(new Intl.Collator("en").compare), "\\u00e9".normalize("NFD").length);
    say(new URL("http://m\\u00fcller.test/").host, /^\\p{RGI_Emoji}$/v.test("\\u{1F600}"), /\\p{L}/u.test("\\u00df"));
    say(new TextDecoder("latin1").decode(new Uint8Array([0xe4])), new Intl.PluralRules("en").select(1));`;
  const [ours, theirs] = await Promise.all(
    [join(unpacked, "usr/bin/node"), process.execPath].map((node) => exec([node, "-e", script])),
  );
  expect(ours!.stdout).toBe(theirs!.stdout);
});

describe("the files of the build", () => {
  const read = (name: string) => readFile(join(image.directory, name));
  const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

  test("are what the manifest says", async () => {
    expect(Object.keys(image.manifest.files)).toEqual([
      "initrd",
      "initrd-full",
      "nix-dabei-kexec-x86_64.tar.gz",
      "rootfs.squashfs",
      "vmlinuz",
    ]);
    for (const [name, { size, sha256: digest }] of Object.entries(image.manifest.files)) {
      const bytes = await read(name);
      expect([name, bytes.length, sha256(bytes)]).toEqual([name, size, digest]);
    }
  });

  test("have packages with version and licence", () => {
    const named = (name: string) => image.manifest.packages.find((it) => it.name === name);
    expect(named("zfsutils-linux")).toMatchObject({
      version: expect.stringMatching(/^2\./),
      licence: expect.stringContaining("CDDL"),
    });
    for (const { name, version, licence } of image.manifest.packages)
      expect(version && licence, name).toBeTruthy();
  });

  test("fit together: initrd-full is the initrd with the squashfs behind it", async () => {
    const [small, squashfs, full] = await Promise.all(["initrd", "rootfs.squashfs", "initrd-full"].map(read));
    expect(full!.equals(Buffer.concat([small!, squashfsArchive(squashfs!)]))).toBe(true);
  });

  test("are 90 MB at most: kernel, initrd and squashfs", () => {
    const { vmlinuz, initrd, "rootfs.squashfs": squashfs } = image.manifest.files;
    expect(vmlinuz!.size + initrd!.size + squashfs!.size).toBeLessThanOrEqual(90_000_000);
    expect(initrd!.size).toBeLessThan(8 * MiB);
  });
});
