import { mkdir, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import pty from "@lydell/node-pty";
import xterm, { type Terminal } from "@xterm/headless";
import { UserError } from "../tui/base/errors.ts";
import { pictureOf } from "./picture.ts";
import { runScript } from "./run.ts";

const help = `Usage: node scripts/pictures.ts [--log FILE] [--machine FILE] [--to DIRECTORY]

Makes docs/pictures/*.svg from the real screens.

  --log FILE       what came over the serial line of a real installation (test/results/*.log); without it, the
                   installer is played on a recorded machine, as \`npm run dev\` does
  --machine FILE   the recorded machine [default: test/fixtures/machines/nvme-server.json]
  --to DIRECTORY   [default: docs/pictures]
`;

const top = resolve(import.meta.dirname, "..");
const size = { cols: 80, rows: 24 };

/** Each picture is the last whole frame that shows all of this. */
const pictures: readonly {
  readonly name: string;
  readonly title: string;
  readonly shows: readonly RegExp[];
}[] = [
  { name: "start", title: "The start screen", shows: [/> Install NixOS on ZFS/, /Network +\w/] },
  { name: "disks", title: "The choice of disks", shows: [/Install . Disks/, /2 disks/] },
  { name: "layout", title: "The layout of the pool", shows: [/Install . Layout/, /ESP/] },
  { name: "flake", title: "The choice of a flake", shows: [/Install . Flake/, /> demo/] },
  { name: "review", title: "The review before the first write", shows: [/Install . Review/, /begin: erase/] },
  {
    name: "progress",
    title: "The progress screen of an installation",
    shows: [/Installing/, /\] +[3-6]\d %/],
  },
];

/** What is pressed on the recorded machine, each when the screen shows the text. */
const keys: readonly (readonly [shows: RegExp, key: string])[] = [
  [/Network +\w/, "\r"],
  [/> \[ \] {2}nvme0n1/, " "],
  [/> \[x\] {2}nvme0n1/, "\x1b[B"],
  [/> \[ \] {2}nvme1n1/, " "],
  [/2 disks/, "\r"],
  [/Install . Layout/, "n"],
  [/demo\.tar\.gz {2}given at boot/, "\r"],
  [/trust it\? y\/n/, "n"],
  [/Hosts {2}> demo/, "\r"],
  [/nix was not asked/, "\r"],
  [/Type +erase/, "erase"],
  [/begin: erase/, "\r"],
];
const lastOfAll = /nothing was written|Reboot now/;

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      log: { type: "string" },
      machine: { type: "string", default: `${top}/test/fixtures/machines/nvme-server.json` },
      to: { type: "string", default: `${top}/docs/pictures` },
      help: { type: "boolean" },
    },
  });
  if (values.help) return process.stdout.write(help);
  const bytes = values.log ? await readFile(values.log, "utf8") : await play(resolve(values.machine));
  const drawn = await drawAll(bytes);
  await mkdir(values.to, { recursive: true });
  for (const [name, svg] of drawn) await writeFile(`${values.to}/${name}.svg`, svg);
  const missing = pictures.filter(({ name }) => !drawn.has(name)).map(({ name }) => name);
  if (missing.length > 0) throw new UserError(`These screens did not come: ${missing.join(", ")}.`);
});

/** Runs the installer on a recorded machine and answers everything it sent. */
async function play(machine: string): Promise<string> {
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true });
  const { CI: _, NO_COLOR: __, ...env } = process.env;
  const child = pty.spawn(process.execPath, [`${top}/scripts/dev.ts`, "--machine", machine], {
    ...size,
    env: { ...env, TERM: "xterm", LANG: "C.UTF-8", DABEI_SIZE: "80x24" },
  });
  let sent = "";
  child.onData((data) => {
    sent += data;
    terminal.write(data);
  });
  try {
    for (const [shows, key] of keys) {
      await waitFor(terminal, shows);
      child.write(key);
    }
    await waitFor(terminal, lastOfAll);
  } finally {
    child.kill();
  }
  return sent;
}

async function waitFor(terminal: Terminal, shows: RegExp): Promise<void> {
  const end = Date.now() + 60_000;
  while (!shows.test(textOf(terminal))) {
    if (Date.now() > end) throw new UserError(`${shows} did not come. The screen:\n${textOf(terminal)}`);
    await delay(50);
  }
}

/**
 * Plays the bytes on a terminal and draws the pictures. A frame is whole when the next one begins, and that shows in the
 * header line, which is drawn first.
 */
async function drawAll(bytes: string): Promise<Map<string, string>> {
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true });
  const drawn = new Map<string, string>();
  let header = "";
  let last: { text: string; draw: (title: string) => string } | undefined;
  const keep = () => {
    for (const { name, title, shows } of pictures) {
      if (last && shows.every((part) => part.test(last?.text ?? ""))) drawn.set(name, last.draw(title));
    }
  };
  for (const piece of bytes.split(/(?=\x1b\[[\d;]*H)/)) {
    const before = snapshot(terminal);
    await new Promise<void>((done) => terminal.write(piece, done));
    const now = textOf(terminal).split("\n")[0] ?? "";
    if (now !== header) {
      last = before;
      keep();
    }
    header = now;
  }
  last = snapshot(terminal);
  keep();
  return drawn;
}

function snapshot(terminal: Terminal) {
  // Drawn at once, for the terminal goes on.
  const text = textOf(terminal);
  const isWanted = pictures.some(({ shows }) => shows.every((part) => part.test(text)));
  const svg = isWanted ? pictureOf(terminal, "\0") : "";
  return { text, draw: (title: string) => svg.replace("\0", title) };
}

function textOf(terminal: Terminal): string {
  const { active } = terminal.buffer;
  return Array.from(
    { length: terminal.rows },
    (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? "",
  ).join("\n");
}
