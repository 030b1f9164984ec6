import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../tui/base/errors.ts";
import { exec } from "../../tui/base/exec.ts";
import type { Group } from "./groups.ts";
import type { Mirror } from "./mirror.ts";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** apt with a configuration and a state of its own below one directory: the host's packages play no part. */
export interface Apt {
  /** Fetches the indexes. apt checks their signatures with Debian's archive keys. */
  update(): Promise<void>;
  /** What installing the group would fetch: addresses, and packages as "name=version". */
  solve(group: Group): Promise<{ address: string; package: string }[]>;
  /** The index paragraphs of packages named as "name=version". */
  show(packages: readonly string[]): Promise<string>;
}

/** Source lines: firmware is the only thing taken from non-free-firmware, see image/packages.ts. */
function sourceList(mirror: Mirror): string {
  const line = (base: string, suite: string) =>
    `deb [arch=amd64 signed-by=${keyring}] ${base} ${suite} main contrib non-free-firmware\n`;
  const { debian, "debian-security": security } = mirror;
  return line(debian, "trixie") + line(debian, "trixie-updates") + line(security, "trixie-security");
}

/** A paragraph of dpkg's status file that makes apt believe in a package; "allowed" satisfies python3:any as well. */
function installedStub(name: string): string {
  return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: allowed\nVersion: 99:1\nMaintainer: nobody\nDescription: not taken\n\n`;
}

/** Sets up apt below `directory`. Throws UserError where apt or Debian's keys are missing. */
export async function privateApt(directory: string, mirror: Mirror): Promise<Apt> {
  if (!existsSync(keyring) || !existsSync("/usr/bin/apt-get")) {
    throw new UserError(
      "Renewing the package lock needs apt and Debian's archive keys, which are not here.",
      {
        hint: "Do it on Debian or Ubuntu with the package debian-archive-keyring installed. Building needs neither.",
      },
    );
  }
  for (const part of ["lists/partial", "cache/archives/partial"]) {
    await mkdir(join(directory, part), { recursive: true });
  }
  const configuration = join(directory, "apt.conf");
  const status = join(directory, "status");
  await writeFile(join(directory, "sources.list"), sourceList(mirror));
  await writeFile(status, "");
  const settings = {
    "Dir::State": directory,
    "Dir::State::lists": join(directory, "lists"),
    "Dir::State::status": status,
    "Dir::Cache": join(directory, "cache"),
    "Dir::Etc::sourcelist": join(directory, "sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::Etc::preferencesparts": "/dev/null",
    "APT::Architecture": "amd64",
    "APT::Install-Recommends": "false",
    // Without it apt, when run as root, changes to a user who may not read this directory.
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} "${value}";`);
  await writeFile(configuration, `#clear APT::Architectures;\n${lines.join("\n")}\n`);
  const run = async (argv: readonly string[]) =>
    (await exec(argv, { env: { APT_CONFIG: configuration } })).stdout;
  return {
    async update() {
      await run(["apt-get", "update", "--error-on=any"]);
    },
    async solve({ seeds, without }) {
      await writeFile(
        status,
        without
          .filter((name) => !name.includes("*"))
          .map(installedStub)
          .join(""),
      );
      const printed = await run(["apt-get", "install", "--print-uris", "-qq", ...seeds]);
      // 'http://…/gawk_5.2.1-2%2bb1_amd64.deb' gawk_1%3a5.2.1-2+b1_amd64.deb 123 MD5Sum:…
      return [...printed.matchAll(/^'([^']+)' ([^_ ]+)_([^_ ]+)_/gm)].map(([, address, name, version]) => ({
        address: decodeURIComponent(address!),
        package: `${name}=${decodeURIComponent(version!)}`,
      }));
    },
    async show(packages) {
      return run(["apt-cache", "show", ...packages]);
    },
  };
}
