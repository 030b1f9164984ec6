import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../tui/base/errors.ts";
import type { ArchiveName } from "./lock.ts";

/** Base addresses of the two trees, without a trailing slash. */
export type Mirror = Readonly<Record<ArchiveName, string>>;

/** The mirror at an address like "https://HOST/debian"; its security tree lies beside it as "debian-security". */
export function mirrorAt(address: string): Mirror {
  const debian = address.replace(/\/+$/, "");
  return { debian, "debian-security": `${debian}-security` };
}

/** Every http(s) address in the text of apt sources, one-line or deb822, in order. */
export function sourceAddresses(text: string): string[] {
  const active = text.split("\n").filter((line) => !/^\s*#/.test(line));
  return active
    .flatMap((line) => line.match(/\bhttps?:\/\/[^\s\]]+/g) ?? [])
    .map((uri) => uri.replace(/\/+$/, ""));
}

/**
 * The mirror to use: the one asked for, then $DABEI_MIRROR, then the one in the host's apt configuration.
 * Throws UserError when there is none.
 */
export async function findMirror(asked?: string, apt = "/etc/apt"): Promise<Mirror> {
  const chosen = asked ?? process.env.DABEI_MIRROR;
  if (chosen) return mirrorAt(chosen);
  const listed = async (directory: string) =>
    existsSync(directory) ? (await readdir(directory)).sort().map((name) => join(directory, name)) : [];
  const files = [
    join(apt, "sources.list"),
    ...(await listed(join(apt, "sources.list.d"))),
    // Cloud images name their mirror here, as mirror+file:/etc/apt/mirrors/debian.list.
    ...(await listed(join(apt, "mirrors"))),
  ].filter((file) => /\.(list|sources)$/.test(file) && existsSync(file));
  const addresses = (await Promise.all(files.map((file) => readFile(file, "utf8")))).flatMap(sourceAddresses);
  const debian = addresses.find((address) => address.endsWith("/debian"));
  const security = addresses.find((address) => address.endsWith("/debian-security"));
  if (debian === undefined) {
    throw new UserError("No Debian mirror is known: this machine's apt configuration names none.", {
      hint: "Give one with --mirror https://HOST/debian, or set DABEI_MIRROR.",
    });
  }
  return { debian, "debian-security": security ?? mirrorAt(debian)["debian-security"] };
}
