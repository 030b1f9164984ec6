import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exec } from "../../tui/base/exec.ts";

/** The machine as ssh is told of it. */
export interface Target {
  /** As typed: a host, user@host, an alias of ssh_config, or ssh://user@host:port. */
  readonly destination: string;
  /** ssh's own options, in order: -p, -i, -J, -F, -o. */
  readonly options: readonly string[];
}

/** Who must answer. */
export type Pin =
  /** As ssh itself decides it: the user's known_hosts, a question where the host is new. */
  | "known-hosts"
  /** One of these public keys and no other. */
  | readonly string[];

const common = ["-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=6"];

/** The user's part goes, root's comes: our image knows root alone. */
export function asRootUser(destination: string): string {
  const [, scheme = "", rest = ""] = /^(ssh:\/\/)?(.*)$/s.exec(destination) ?? [];
  return `${scheme}root@${rest.slice(rest.lastIndexOf("@") + 1)}`;
}

/** SHA256:… of a public key's line, as ssh shows it. */
export function fingerprintOf(key: string): string {
  const blob = Buffer.from(key.split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

export interface HostKey {
  /** In OpenSSH's form. */
  readonly privateKey: string;
  /** "ssh-ed25519 AAAA…" */
  readonly publicKey: string;
}

/** ssh connections to one machine; temporary files and shared connections go with close(). */
export class Ssh {
  readonly target: Target;
  readonly #directory: string;

  private constructor(target: Target, directory: string) {
    this.target = target;
    this.#directory = directory;
  }

  static async open(target: Target): Promise<Ssh> {
    return new Ssh(target, await mkdtemp(join(tmpdir(), "dabei-")));
  }

  /** The argv up to the command. With a pin of ours everything else that ssh may know of the host is left out. */
  async argv(pin: Pin, options: { terminal?: boolean; port?: number } = {}): Promise<string[]> {
    const { destination, options: given } = this.target;
    const terminal = options.terminal ? ["-t"] : ["-T"];
    if (pin === "known-hosts") {
      // One login, however many commands: a password or a token is asked for once.
      const shared = ["ControlMaster=auto", `ControlPath=${this.#directory}/%C`, "ControlPersist=300"];
      return ["ssh", ...terminal, ...shared.flatMap((it) => ["-o", it]), ...given, ...common, destination];
    }
    const known = join(this.#directory, "known_hosts");
    await writeFile(known, pin.map((key) => `nix-dabei ${key}\n`).join(""));
    // Before the user's: of two values ssh takes the first.
    const port = options.port === undefined ? [] : ["-p", String(options.port)];
    return [
      "ssh",
      ...terminal,
      ...port,
      ...this.#pinned(known, "yes"),
      ...given,
      ...common,
      asRootUser(destination),
    ];
  }

  /** Makes a host key for a machine that has none to keep. */
  async makeHostKey(): Promise<HostKey> {
    const file = join(this.#directory, "host_key");
    await exec(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
    const [privateKey, publicKey] = await Promise.all([
      readFile(file, "utf8"),
      readFile(`${file}.pub`, "utf8"),
    ]);
    await rm(file);
    return { privateKey, publicKey: publicKey.trim() };
  }

  /** The public host key that is shown to who asks for nothing; null when nobody answers. No login is tried. */
  async offeredKey(port?: number): Promise<string | null> {
    const known = join(this.#directory, "offered");
    await rm(known, { force: true });
    const given = [...this.target.options, ...common];
    const none = ["-o", "PreferredAuthentications=none", "-o", "BatchMode=yes"];
    const at = port === undefined ? [] : ["-p", String(port)];
    const argv = ["ssh", "-T", ...at, ...this.#pinned(known, "accept-new"), ...none, ...given];
    await exec([...argv, asRootUser(this.target.destination), "exit"], { accept: [0, 255] });
    const text = await readFile(known, "utf8").catch(() => "");
    return /^\S+ (\S+ \S+)/m.exec(text)?.[1] ?? null;
  }

  /** The port that ssh's configuration and options come to. */
  async port(): Promise<number> {
    const { stdout } = await exec(["ssh", "-G", ...this.target.options, this.target.destination]);
    return Number(/^port (\d+)$/m.exec(stdout)?.[1] ?? 22);
  }

  /** Ends shared connections: those to a system that goes away would hang. */
  async disconnect(): Promise<void> {
    const argv = await this.argv("known-hosts");
    await exec([...argv.slice(0, -1), "-O", "exit", this.target.destination], { accept: [0, 255] }).catch(
      () => {},
    );
  }

  async close(): Promise<void> {
    await this.disconnect();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #pinned(knownHosts: string, checking: "yes" | "accept-new"): string[] {
    return [
      "HostKeyAlias=nix-dabei",
      `UserKnownHostsFile=${knownHosts}`,
      "GlobalKnownHostsFile=/dev/null",
      `StrictHostKeyChecking=${checking}`,
      ...["VerifyHostKeyDNS=no", "UpdateHostKeys=no", "HashKnownHosts=no"],
      ...[
        "ControlPath=none",
        "ForwardAgent=no",
        "ForwardX11=no",
        "ClearAllForwardings=yes",
        "RemoteCommand=none",
      ],
      ...["PasswordAuthentication=no", "KbdInteractiveAuthentication=no", "LogLevel=ERROR"],
    ].flatMap((it) => ["-o", it]);
  }
}
