import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silent } from "../../image/progress.ts";
import { shellQuote } from "../../tui/base/shell.ts";
import { lockedFixture, unpackFixture } from "../fixtures/packages.ts";
import { unpackedArgv } from "../fixtures/unpacked.ts";
import { makeKey } from "./ssh.ts";

/**
 * A host between a workstation and a network that it cannot reach, as ssh's configuration has it under the name `jump`.
 * `through` leads into that network. An sshd runs there for each connection, as nobody: it lets through, and no more.
 * Answers the lines of that configuration; `publicKey` may log in.
 */
export async function jumpHost(
  directory: string,
  through: readonly string[],
  publicKey: string,
): Promise<string> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const { root } = await unpackFixture(await lockedFixture(), silent);
  const file = async (name: string, text: string, mode = 0o644) => {
    await writeFile(join(directory, name), text, { mode });
    return join(directory, name);
  };
  const hostKey = join(directory, "host_key");
  const shown = await makeKey(hostKey);
  // Debian's of the fixture, under the loader and with the libraries of the fixture.
  const program = (name: string) =>
    file(name, `#!/bin/sh\nexec ${shellQuote(unpackedArgv(root, `usr/lib/openssh/${name}`))} "$@"\n`, 0o755);
  const config = await file(
    "sshd_config",
    `HostKey ${hostKey}
AuthorizedKeysFile ${await file("authorized_keys", `${publicKey}\n`)}
StrictModes no
UsePAM no
PasswordAuthentication no
PidFile none
LogLevel QUIET
AllowUsers nobody
SshdSessionPath ${await program("sshd-session")}
SshdAuthPath ${await program("sshd-auth")}
`,
  );
  const known = await file("known_hosts", `jump ${shown}\n`);
  const sshd = unpackedArgv(root, "usr/sbin/sshd", { name: "/usr/sbin/sshd" });
  const command = [...through, "unshare", "--user", "--map-user=65534", ...sshd, "-i", "-f", config];
  return `Host jump
  User nobody
  HostKeyAlias jump
  UserKnownHostsFile ${known}
  ProxyCommand ${shellQuote(command).replaceAll("%", "%%")}
`;
}
