import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kexecBundle } from "../../image/kexec.ts";
import { exec } from "../../tui/base/exec.ts";
import { type OpenedImage, openImage } from "./opened.ts";

let image: OpenedImage;
/** A system with no C library and nothing but a shell, into which the bundle is unpacked by the tools of this one. */
let root = "";
beforeAll(async () => {
  image = await openImage();
  root = await mkdtemp(join(tmpdir(), "dabei-bundle-"));
  await exec([
    "tar",
    "--extract",
    "--gzip",
    "--file",
    join(image.directory, kexecBundle),
    "--directory",
    root,
  ]);
  for (const name of ["bin", "proc"]) await mkdir(join(root, name));
  for (const name of ["sh", "dirname", "uname"]) await symlink("/kexec/busybox", join(root, "bin", name));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const inRoot = (command: string) =>
  exec(
    ["unshare", "--map-root-user", "--mount", "--pid", "--fork", "--root", root, "--mount-proc", "/bin/sh", "-c", command],
    { env: { PATH: "/bin" }, accept: [0, 1] },
  ); // biome-ignore format: one command

test("its programs run where there is no C library", async () => {
  const { stdout } = await inRoot("/kexec/kexec --version; /kexec/ip -json link show lo; /kexec/run --help");
  expect(stdout).toMatch(/^kexec-tools 2\./);
  expect(JSON.parse(stdout.split("\n")[1] ?? "")).toMatchObject([{ ifname: "lo" }]);
  expect(stdout).toContain("Usage: kexec/run");
});

test("in a system without keys it refuses, and leaves nothing behind", async () => {
  const { stderr, exitCode } = await inRoot("/kexec/run");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("there is no ssh key that could log in");
  const { stdout } = await exec(["ls", join(root, "kexec")]);
  expect(stdout.split("\n")).toEqual(
    ["busybox", "bzImage", "drivers", "initrd", "initrd.size", "ip", "kexec", "lib", "main", "parts", "run"].sort(),
  ); // biome-ignore format: one list
});

test("it holds the image, and says how long the initrd is", async () => {
  const [ours, theirs] = await Promise.all(
    [join(root, "kexec/initrd"), join(image.directory, "initrd-full")].map((path) => readFile(path)),
  );
  expect(ours!.equals(theirs!)).toBe(true);
  expect(await readFile(join(root, "kexec/initrd.size"), "utf8")).toBe(`${ours!.length}\n`);
  // Another archive is appended: the kernel looks for its header at a multiple of four.
  expect(ours!.length % 4).toBe(0);
  expect((await readFile(join(root, "kexec/drivers"), "utf8")).split("\n")).toEqual(
    expect.arrayContaining(["virtio_net", "e1000e", "mlx5_core", "8021q"]),
  );
});
