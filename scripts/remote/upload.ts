import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { formatDuration } from "../../image/progress.ts";
import { type Bytes, formatBytes, MiB } from "../../tui/base/bytes.ts";
import { UserError } from "../../tui/base/errors.ts";
import { exec } from "../../tui/base/exec.ts";
import { shellQuote } from "../../tui/base/shell.ts";
import type { BundleFile } from "./bundle.ts";
import type { Meter } from "./meter.ts";

/** What the machine lacks of a file, from which byte on. */
interface Lack {
  readonly file: BundleFile;
  readonly from: Bytes;
}

/**
 * Sends what the machine lacks of the bundle into `directory` there; `argv` is ssh up to the command. What was sent in
 * part is completed. Throws UserError where it arrives changed, ToolError where ssh or the machine fails.
 */
export async function upload(
  argv: readonly string[],
  directory: string,
  files: readonly BundleFile[],
  meter: Meter,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const lacks = await lackOf(argv, directory, files);
    const left = lacks.reduce((sum, { file, from }) => sum + file.size - from, 0);
    if (lacks.length === 0) {
      if (attempt === 1) meter.say("the machine has the image already");
      return;
    }
    if (attempt === 3) {
      throw new UserError(`What is sent arrives changed: ${lacks.map(({ file }) => file.path).join(", ")}.`, {
        hint: `Look at the memory and the disk of the machine; the files are in ${directory}.`,
      });
    }
    const all = files.reduce((sum, { size }) => sum + size, 0);
    meter.say(`sends ${formatBytes(left)} of ${formatBytes(all)}; the rest is there already`);
    let before = 0;
    const started = performance.now();
    const report = (sent: Bytes) =>
      meter.show(progressText(before + sent, left, performance.now() - started));
    const small = lacks.filter(isSmall).map(({ file }) => file);
    await sendSmall(argv, directory, small);
    before += small.reduce((sum, { size }) => sum + size, 0);
    for (const lack of lacks.filter((it) => !isSmall(it))) {
      await send(argv, directory, lack, report);
      before += lack.file.size - lack.from;
    }
    meter.say(`sent ${formatBytes(left)} in ${formatDuration(performance.now() - started)}`);
  }
}

/** "34.1 of 78.0 MiB, 5.2 MiB/s, 0:09 left". */
export function progressText(sent: Bytes, all: Bytes, milliseconds: number): string {
  const rate = milliseconds >= 1000 ? (sent / milliseconds) * 1000 : 0;
  const left =
    rate > 0
      ? `, ${formatBytes(Math.round(rate))}/s, ${formatDuration(((all - sent) / rate) * 1000)} left`
      : "";
  return `${formatBytes(sent)} of ${formatBytes(all)}${left}`;
}

/** Reads "SHA256 SIZE PATH" lines; prints for each what is there: "all", or the size of its part. */
export const lackScript = `# nix-dabei compares
mkdir -p "$1" && cd "$1" || exit
while read -r digest size path; do
  mkdir -p "\${path%/*}"
  found=$([ ! -e "$path" ] || sha256sum "$path" | cut -d ' ' -f 1)
  if [ "$found" = "$digest" ]; then echo "all $path"
  elif [ -e "$path.part" ]; then echo "$(wc -c <"$path.part") $path"
  else echo "0 $path"; fi
done`;

async function lackOf(
  argv: readonly string[],
  directory: string,
  files: readonly BundleFile[],
): Promise<Lack[]> {
  const input = files.map(({ sha256, size, path }) => `${sha256} ${size} ${path}\n`).join("");
  const { stdout } = await exec([...argv, remote(lackScript, directory)], { input });
  const there = new Map(
    stdout.split("\n").flatMap((line) => {
      const [, amount = "", path = ""] = /^\s*(\S+) (.*)$/.exec(line) ?? [];
      return path ? [[path, amount] as const] : [];
    }),
  );
  return files.flatMap((file) => {
    const amount = there.get(file.path) ?? "0";
    if (amount === "all") return [];
    const part = Number(amount);
    // A part that is as long as the whole was sent to its end, and is not what it should be.
    return [{ file, from: part < file.size ? part : 0 }];
  });
}

/** Appends to the file's part, and gives it its name where the digest is right. */
export const receiveScript = `# nix-dabei receives
cd "$1" || exit
[ "$3" != 0 ] || rm -f "$2.part"
cat >>"$2.part" || exit
[ "$(sha256sum "$2.part" | cut -d ' ' -f 1)" = "$4" ] && chmod "$5" "$2.part" && mv -f "$2.part" "$2"
exit 0`;

/** Small files go together: a connection for each of them would take longer than they do. */
const isSmall = ({ file, from }: Lack) => from === 0 && file.size < MiB / 2;

async function sendSmall(
  argv: readonly string[],
  directory: string,
  files: readonly BundleFile[],
): Promise<void> {
  const [first] = files;
  if (!first) return;
  const local = first.source.slice(0, -first.path.length);
  const tar = spawn("tar", ["-C", local, "-cf", "-", ...files.map(({ path }) => path)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await feed([...argv, remote('cd "$1" && exec tar -xf -', directory)], tar.stdout, "small files");
}

function send(
  argv: readonly string[],
  directory: string,
  { file, from }: Lack,
  report: (sent: Bytes) => void,
): Promise<void> {
  const words = [directory, file.path, String(from), file.sha256, file.mode.toString(8)];
  const stream = createReadStream(file.source, { start: from, highWaterMark: MiB / 4 });
  let sent = 0;
  stream.on("data", (chunk) => {
    sent += chunk.length;
    report(sent);
  });
  return feed([...argv, remote(receiveScript, ...words)], stream, file.path);
}

/** Runs a command with a stream at its stdin. Throws UserError when it fails. */
async function feed(argv: readonly string[], stream: Readable, name: string): Promise<void> {
  const [program = "", ...rest] = argv;
  const child = spawn(program, rest, { stdio: ["pipe", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  // A connection that breaks ends the pipe; what ssh says of it is the error.
  child.stdin.on("error", () => stream.destroy());
  stream.pipe(child.stdin);
  const [code] = await once(child, "close");
  if (code === 0) return;
  throw new UserError(
    `Sending ${name} stopped: ${stderr.trim().split("\n").at(-1) || `exit code ${code}`}.`,
    {
      hint: "Run it again: it goes on where it was.",
    },
  );
}

/** A script with its words as one command for ssh, whatever the login shell there is. */
export function remote(script: string, ...words: string[]): string {
  return `exec ${shellQuote(["sh", "-c", script, "sh", ...words])}`;
}
