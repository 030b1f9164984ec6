import { spawn } from "node:child_process";
import { once } from "node:events";
import { ToolError, UserError } from "../../tui/base/errors.ts";
import { exec } from "../../tui/base/exec.ts";
import type { BundleFile } from "./bundle.ts";
import { lookScript, readLook, readRefusal } from "./look.ts";
import type { Linux, Memory, Seen } from "./memory.ts";
import type { Meter } from "./meter.ts";
import { fingerprintOf, type HostKey, type Pin, type Ssh } from "./ssh.ts";
import { readLines, type StartOptions, startImage } from "./start-image.ts";
import { followScript, Told } from "./told.ts";
import { remote } from "./upload.ts";

/** The machine at the other end, and all that is done there. */
export class Machine {
  readonly #ssh: Ssh;
  readonly #meter: Meter;
  /** Full keys of the installed system, known by the fingerprints that the installation told. */
  #installedKeys: string[] = [];
  #port: number | undefined;
  #told = new Told();

  constructor(ssh: Ssh, meter: Meter) {
    this.#ssh = ssh;
    this.#meter = meter;
  }

  /** Looks what is there. `needed` bytes of room are looked for in another system. */
  async look(memory: Memory, needed: number): Promise<Seen> {
    const ports = memory.phase === "new" ? [undefined] : await this.#ports();
    let silence: Seen | undefined;
    for (const port of ports) {
      const seen = await this.#lookAt(memory, needed, port);
      if (seen.is !== "silent") {
        this.#port = port;
        return seen;
      }
      silence ??= seen;
    }
    return silence ?? { is: "silent", reason: "no answer" };
  }

  async #lookAt(memory: Memory, needed: number, port: number | undefined): Promise<Seen> {
    const pin = this.#pin(memory);
    const argv = await this.#ssh.argv(pin, port === undefined ? {} : { port });
    const { exitCode, stdout, stderr } = await exec([...argv, "exec sh -s"], {
      input: lookScript,
      accept: [0, 255],
    }).catch((error) => {
      if (error instanceof ToolError && error.exitCode !== undefined)
        return { ...error, exitCode: error.exitCode };
      throw error;
    });
    if (exitCode === 0) return readLook(stdout, needed);
    const refusal = readRefusal(stderr);
    if (refusal.is !== "other-key") return refusal;
    if (pin === "known-hosts") throw new UserError(stderr.trim());
    return this.#newKey(memory, needed, port);
  }

  /** Somebody shows a key that is not pinned: the installed system has keys of its own, which it may have told. */
  async #newKey(memory: Memory, needed: number, port: number | undefined): Promise<Seen> {
    const key = await this.#ssh.offeredKey(port);
    if (key === null) return { is: "silent", reason: "it went away" };
    const fingerprint = fingerprintOf(key);
    const isKnown = memory.installedKeys.includes(fingerprint) && !this.#installedKeys.includes(key);
    if (!isKnown) return { is: "stranger", fingerprint };
    this.#installedKeys.push(key);
    return this.#lookAt(memory, needed, port);
  }

  /** Fingerprint of the key that is shown now, whoever that is; null when nobody answers. */
  async shownKey(): Promise<string | null> {
    const key = await this.#ssh.offeredKey();
    return key === null ? null : fingerprintOf(key);
  }

  makeHostKey(): Promise<HostKey> {
    return this.#ssh.makeHostKey();
  }

  /** Sends the bundle and starts the image. Throws UserError when `run` refuses. */
  async start(linux: Linux, files: readonly BundleFile[], options: StartOptions): Promise<void> {
    await startImage(await this.#ssh.argv("known-hosts"), linux, files, options, this.#meter);
    await this.#ssh.disconnect();
  }

  /** The screens on this terminal. Answers whether they were left, rather than cut off. */
  async screens(memory: Memory): Promise<boolean> {
    const [program = "", ...rest] = await this.argv(memory, { terminal: true });
    const child = spawn(program, [...rest, "dabei"], { stdio: "inherit" });
    const [code] = await once(child, "close");
    return code !== 255;
  }

  /** Gives an image that runs already the kernel parameters that would have gone along: its next screens read them. */
  async offer(memory: Memory, parameters: string): Promise<void> {
    const script = `set -e
umask 077
mkdir -p /run/dabei
cat >/run/dabei/parameters
keys=/root/.ssh/authorized_keys
COMMAND_LINE=/run/dabei/parameters /usr/lib/dabei/authorized-keys <$keys >$keys.new
mv $keys.new $keys`;
    await exec([...(await this.argv(memory)), remote(script)], { input: `${parameters}\n` });
  }

  /** Puts the answers there and has them installed by. */
  async sendAnswers(memory: Memory, answers: string): Promise<void> {
    this.#told = new Told();
    const script = `set -e
umask 077
mkdir -p /etc/dabei
cat >/etc/dabei/answers.yaml
rm -f /run/dabei/unattended.log /run/dabei/unattended-decided /run/dabei/takeover
sv up unattended`;
    await exec([...(await this.argv(memory)), remote(script)], { input: answers });
  }

  /** Tells what the installation says, until it has ended or the connection is gone. */
  async follow(memory: Memory): Promise<void> {
    this.#told.restart();
    const command = remote(followScript, String(this.#told.lines + 1));
    await readLines([...(await this.argv(memory)), command], (line) => {
      for (const text of this.#told.read(line)) this.#meter.say(text);
    });
  }

  async reboot(memory: Memory): Promise<void> {
    // In a while, so that this connection ends well.
    const command = "nohup sh -c 'sleep 2; reboot' >/dev/null 2>&1 &";
    await exec([...(await this.argv(memory)), remote(command)], { accept: [0, 255] });
  }

  /** ssh up to the command, for our image. */
  async argv(memory: Memory, options: { terminal?: boolean } = {}): Promise<string[]> {
    const port = this.#port === undefined ? {} : { port: this.#port };
    return this.#ssh.argv(this.#pin(memory), { ...options, ...port });
  }

  #pin(memory: Memory): Pin {
    return memory.phase === "new" || memory.hostKeys.length === 0
      ? "known-hosts"
      : [...memory.hostKeys, ...this.#installedKeys];
  }

  /** Our image listens on port 22, which the one that was asked for may lead to. */
  async #ports(): Promise<(number | undefined)[]> {
    return (await this.#ssh.port()) === 22 ? [undefined] : [undefined, 22];
  }
}
