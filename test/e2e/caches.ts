import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silent } from "../../image/progress.ts";
import { type DirectoryServer, serveDirectory } from "../../qemu/serve.ts";
import { exec } from "../../tui/base/exec.ts";
import { buildFixture } from "../fixtures/build.ts";
import { demoFlake } from "../fixtures/flakes.ts";
import { unpackedNix } from "../fixtures/nix.ts";
import { lockedFixture, unpackFixture } from "../fixtures/packages.ts";
import { tarball } from "../fixtures/tarball.ts";

/** The demo flake with some files in the place of its own, as an archive. */
export async function demoWith(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const { directory } = await buildFixture();
  const member = "demo/nixos/payload.json";
  const { stdout: payload } = await exec(["tar", "-xzOf", join(directory, "demo.tar.gz"), member]);
  const own = (await demoFlake(`${payload}\n`)).filter(([path]) => !(path in files));
  const changed = Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const);
  return tarball("demo", [...own, ...changed]);
}

/** Nothing but noise, so that it is as large to download as it is unpacked. */
export const ballast = `derivation {
  name = "ballast";
  system = "x86_64-linux";
  builder = "/bin/sh";
  PATH = "/bin";
  args = [ "-c" "dd if=/dev/urandom of=$out bs=1000000 count=500" ];
}
`;

/** A folder that is served, with a cache of its own, "ballast", that has 500 MB to offer; and that cache's key. */
export async function serveBallast(folder: string): Promise<DirectoryServer & { publicKey: string }> {
  await removeStore(folder);
  const served = join(folder, "served");
  await mkdir(served, { recursive: true });
  const { imageRoot } = await unpackFixture(await lockedFixture(), silent);
  const nix = await unpackedNix(imageRoot, folder);
  const file = join(folder, "ballast.nix");
  await writeFile(file, ballast);
  const busybox = join(imageRoot, "usr/bin/busybox");
  const sandbox = ["--option", "sandbox-paths", `/bin/sh=${busybox} /bin/dd=${busybox}`];
  const output = ["--no-link", "--print-out-paths", "--impure", "--file", file];
  const { stdout: path } = await nix(["build", ...sandbox, ...output]);
  const { stdout: secret } = await nix(["key", "generate-secret", "--key-name", "ballast-1"]);
  await writeFile(join(folder, "secret"), secret, { mode: 0o600 });
  const cache = `file://${join(served, "ballast")}?compression=none&secret-key=${join(folder, "secret")}`;
  await nix(["copy", "--to", cache, path]);
  const { stdout: publicKey } = await nix(["key", "convert-secret-to-public"], { input: secret });
  return { ...(await serveDirectory(served)), publicKey: publicKey.trim() };
}

/** Removes a folder with a nix store in it, if it is there: the store's directories are read-only. */
export async function removeStore(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await exec(["chmod", "-R", "u+w", folder]);
  await rm(folder, { recursive: true });
}

/** Puts a file into a served folder, or another in its place. */
export async function put(folder: string, name: string, content: Uint8Array): Promise<void> {
  await writeFile(join(folder, "served", name), content);
}

/**
 * From the store paths of the cache in a served folder to the paths of their NARs on the server. Files of the same
 * content share a NAR, which is rightly fetched for each of them: these are left out.
 */
export async function narsByPath(directory: string): Promise<Map<string, string>> {
  const cache = join(directory, "cache");
  const names = (await readdir(cache)).filter((name) => name.endsWith(".narinfo"));
  const infos = await Promise.all(names.map((name) => readFile(join(cache, name), "utf8")));
  const pairs = infos.map((info) => {
    const value = (key: string) => new RegExp(`^${key}: (.+)$`, "m").exec(info)?.[1] ?? "";
    return [value("StorePath"), `/cache/${value("URL")}`] as const;
  });
  return new Map(pairs.filter(([, nar]) => pairs.filter(([, other]) => other === nar).length === 1));
}
