import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { UserError } from "../../tui/base/errors.ts";
import { exec } from "../../tui/base/exec.ts";
import { shellQuote } from "../../tui/base/shell.ts";
import { localSource, readCall } from "./lent-nix.ts";
import type { Meter } from "./meter.ts";
import { remote } from "./upload.ts";

/** Where our image finds us. */
const socketThere = "/run/dabei/workstation.sock";

/** Puts nix-elsewhere before the image's own nix, says so, and lasts as long as the connection. */
export const borrowScript = `# nix-dabei borrows nix
set -e
if [ ! -e /usr/bin/nix-here ]; then
  cp -a /usr/bin/nix /usr/bin/nix-here
  for link in /usr/bin/nix-*; do [ "$(readlink "$link")" != nix ] || ln -sfn nix-here "$link"; done
  ln -sfn ../lib/dabei/nix-elsewhere /usr/bin/nix
fi
echo borrowed
exec cat >/dev/null`;

/** Answers calls of nix by the nix of this machine. */
export class Lender {
  readonly #meter: Meter;
  readonly #argv: readonly string[];
  readonly #directory: string;
  readonly #server: Server;
  #connection: ChildProcess | undefined;
  #flakes = 0;

  private constructor(argv: readonly string[], directory: string, meter: Meter) {
    this.#argv = argv;
    this.#directory = directory;
    this.#meter = meter;
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const words = Buffer.concat(chunks).toString("utf8").split("\0").slice(0, -1);
      const code = await this.#answer(words, response).catch((error) => {
        say(response, "2", `error: ${(error as Error).message}`);
        return 1;
      });
      response.end(`x${code}\n`);
    });
  }

  /** Throws UserError where this machine has no nix. */
  static async check(): Promise<void> {
    await exec(["nix", "--version"]).catch(() => {
      throw new UserError("--build local needs nix on this machine, and there is none.", {
        hint: "Leave it out, and the machine evaluates and builds by itself.",
      });
    });
  }

  /** `argv` is ssh to our image up to the command. */
  static async open(argv: readonly string[], meter: Meter): Promise<Lender> {
    const directory = await mkdtemp(join(tmpdir(), "dabei-nix-"));
    const lender = new Lender(argv, directory, meter);
    lender.#server.listen(lender.socket);
    await once(lender.#server, "listening");
    return lender;
  }

  /** Connects where it is not connected, and answers when the image borrows. Throws UserError where it cannot. */
  async lend(): Promise<void> {
    if (this.#connection?.exitCode === null) return;
    const [program = "", ...rest] = this.#argv;
    const forward = ["-o", "ClearAllForwardings=no", "-o", "ExitOnForwardFailure=yes"];
    const to = ["-R", `${socketThere}:${this.socket}`];
    const child = spawn(program, [...forward, ...to, ...rest, remote(borrowScript)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#connection = child;
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), "line"),
      once(child, "close").then(() => [""]),
    ]);
    if (line !== "borrowed") throw new UserError("The machine cannot reach the nix of this one.");
    this.#meter.say("lends its nix: evaluating and building take place here");
  }

  /** The unix socket on this side. */
  get socket(): string {
    return join(this.#directory, "socket");
  }

  async close(): Promise<void> {
    this.#connection?.kill();
    this.#server.closeAllConnections();
    this.#server.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #answer(words: readonly string[], response: ServerResponse): Promise<number> {
    const call = readCall(words);
    const places = await Promise.all(call.flakes.map((flake) => this.#fetch(flake)));
    const argv = call.argv.map((word) =>
      word.replace(/^path:\{(\d+)\}/, (_, index) => `path:${places[index]}`),
    );
    const paths: string[] = [];
    const code = await run(["nix", ...argv], response, (line) => paths.push(line));
    for (const [index, place] of places.entries()) await this.#returnLock(call.flakes[index] ?? "", place);
    if (code !== 0) return code;
    // The installer copies such a flake to what it installs, from its own store.
    const source = call.asksForSource ? localSource(paths.join("\n")) : null;
    if (source !== null) return this.#copy([source], null, call.argv, response);
    if (call.store === null) return code;
    const built = paths.filter((path) => path.startsWith("/nix/store/"));
    return this.#copy(built, call.store, call.argv, response);
  }

  /** A directory of the other machine, here. Without .git: what lies there is what is installed. */
  async #fetch(directory: string): Promise<string> {
    const place = join(this.#directory, `flake-${this.#flakes++}`);
    const command = shellQuote([...this.#argv, remote('tar -C "$1" --exclude .git -cf - .', directory)]);
    await exec(["sh", "-c", `mkdir "$1" && ${command} | tar -C "$1" -xf -`, "sh", place]);
    return place;
  }

  /** The lock file that nix wrote here belongs to the flake over there. */
  async #returnLock(directory: string, place: string): Promise<void> {
    const lock = await readFile(join(place, "flake.lock"), "utf8").catch(() => null);
    if (lock !== null)
      await exec([...this.#argv, remote('cd "$1" && cat >flake.lock', directory)], { input: lock });
    await rm(place, { recursive: true, force: true });
  }

  /** Into the store below this directory over there; null is the image's own. */
  async #copy(
    paths: readonly string[],
    store: string | null,
    asked: readonly string[],
    response: ServerResponse,
  ): Promise<number> {
    // In place of ssh: with the pinned key and all options, which NIX_SSHOPTS would split at blanks.
    const { stdout: ssh } = await exec(["sh", "-c", "command -v ssh"]);
    const own = shellQuote(this.#argv.slice(1, -1).filter((word) => word !== "-T"));
    const script = `#!/bin/sh
for word; do
  shift
  [ "$word" != nix-dabei-target ] || word=${shellQuote([this.#argv.at(-1) ?? ""])}
  set -- "$@" "$word"
done
exec ${ssh} ${own} "$@"
`;
    await writeFile(join(this.#directory, "ssh"), script, { mode: 0o755 });
    const below = store === null ? "" : `remote-store=${encodeURIComponent(`local?root=${store}`)}&`;
    const to = `ssh://nix-dabei-target?${below}compress=true`;
    // Whoever reads nix's progress as JSON reads that of the copy, too.
    const log = asked.includes("internal-json") ? ["--log-format", "internal-json", "-v"] : [];
    const features = ["--extra-experimental-features", "nix-command flakes"];
    const argv = ["nix", ...features, "copy", ...log, "--no-check-sigs", "--to", to, ...paths];
    return run(argv, response, () => {}, { PATH: `${this.#directory}:${process.env.PATH}` });
  }
}

function say(response: ServerResponse, stream: "1" | "2", line: string): void {
  for (const part of line.split("\n")) response.write(`${stream}${part}\n`);
}

async function run(
  argv: readonly string[],
  response: ServerResponse,
  onLine: (line: string) => void,
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const result = await exec(argv, {
    env,
    keep: false,
    accept: Array.from({ length: 256 }, (_, code) => code),
    onLine: (line, stream) => {
      say(response, stream === "stdout" ? "1" : "2", line);
      if (stream === "stdout") onLine(line);
    },
  });
  return result.exitCode;
}
