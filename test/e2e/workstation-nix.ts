import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silent } from "../../image/progress.ts";
import { shellQuote } from "../../tui/base/shell.ts";
import { buildFixture } from "../fixtures/build.ts";
import { unpackedNix } from "../fixtures/nix.ts";
import { lockedFixture, unpackFixture } from "../fixtures/packages.ts";
import { unpackedArgv } from "../fixtures/unpacked.ts";

/** Makes a directory for PATH in which `nix` is Debian's, with a store below it and the fixture's cache. */
export async function workstationNix(directory: string): Promise<string> {
  const { imageRoot } = await unpackFixture(await lockedFixture(), silent);
  const fixture = await buildFixture();
  // Writes the settings.
  await unpackedNix(imageRoot, directory);
  const env = ["conf", "cache", "state"].map((name) => join(directory, name));
  const options = {
    "build-hook": "",
    substituters: `file://${fixture.directory}/cache`,
    substitute: "true",
    "trusted-public-keys": fixture.publicKey.trim(),
  };
  const argv = [
    ...unpackedArgv(imageRoot, "usr/bin/nix"),
    ...["--store", join(directory, "store")],
    ...Object.entries(options).flatMap(([name, value]) => ["--option", name, value]),
  ];
  const bin = join(directory, "bin");
  await mkdir(bin, { recursive: true });
  const script = `#!/bin/sh
export NIX_CONF_DIR=${env[0]} XDG_CACHE_HOME=${env[1]} XDG_STATE_HOME=${env[2]} NIX_USER_CONF_FILES=
exec ${shellQuote(argv)} "$@"
`;
  await writeFile(join(bin, "nix"), script);
  await chmod(join(bin, "nix"), 0o755);
  return bin;
}
