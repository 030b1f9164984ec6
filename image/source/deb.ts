import { open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exec } from "../../tui/base/exec.ts";

/** A member of an ar archive. */
export interface ArMember {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/**
 * Lists the members of an ar archive from its bytes' reader.
 * Throws an Error for anything but an archive.
 * Source  deb(5), ar(5): a 60-byte header with decimal fields; members begin at even offsets
 */
export async function arMembers(
  read: (offset: number, length: number) => Promise<Buffer>,
  size: number,
): Promise<ArMember[]> {
  if ((await read(0, 8)).toString("latin1") !== "!<arch>\n") throw new Error("not an ar archive");
  const members: ArMember[] = [];
  for (let at = 8; at + 60 <= size; ) {
    const header = (await read(at, 60)).toString("latin1");
    if (!header.endsWith("`\n")) throw new Error(`no ar header at offset ${at}`);
    const member = {
      name: header.slice(0, 16).trim().replace(/\/$/, ""),
      offset: at + 60,
      size: Number(header.slice(48, 58)),
    };
    members.push(member);
    at = member.offset + member.size + (member.size % 2);
  }
  return members;
}

/**
 * Unpacks a package's files below a directory that has merged /usr links; answers their paths as packed, "./usr/bin/xz".
 * Runs no maintainer script.
 *
 * Runs    tar --extract --verbose --no-same-owner --same-permissions --keep-directory-symlink
 * Throws  ToolError, when tar cannot read the data member
 * Source  deb(5); by hand, so that the host needs no dpkg
 */
export async function unpackDeb(deb: string, directory: string): Promise<string[]> {
  const file = await open(deb);
  try {
    const read = async (offset: number, length: number) =>
      (await file.read(Buffer.alloc(length), 0, length, offset)).buffer;
    const members = await arMembers(read, (await file.stat()).size);
    const data = members.find((member) => member.name.startsWith("data.tar"));
    if (!data) throw new Error(`${deb} has no data member`);
    const tarball = join(directory, `.${data.name}`);
    await writeFile(tarball, await read(data.offset, data.size));
    // Permissions as packed: with the umask applied two machines would make two images.
    const flags = ["--verbose", "--no-same-owner", "--same-permissions", "--keep-directory-symlink"];
    const { stdout } = await exec([
      "tar",
      "--extract",
      ...flags,
      "--file",
      tarball,
      "--directory",
      directory,
    ]);
    await rm(tarball);
    return stdout.split("\n");
  } finally {
    await file.close();
  }
}
