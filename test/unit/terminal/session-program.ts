import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { openSession } from "../../../tui/terminal/session.ts";

// A small program on a real terminal: shows its size and the keys it got. Notes go to the file in argv.
const notes = process.argv[2] as string;
const note = (text: string) => appendFileSync(notes, `${text}\n`);

const firstFrame = process.argv.includes("--first-frame") ? "drawn before Ink" : "";
const session = await openSession({
  stdin: process.stdin,
  stdout: process.stdout,
  env: process.env,
  firstFrame,
});
const [{ Box, render, Text, useInput, useWindowSize }, { createElement: h, useEffect, useState }] =
  await Promise.all([import("ink"), import("react")]);

function Program() {
  const [keys, setKeys] = useState<string[]>([]);
  const [ticks, setTicks] = useState(0);
  const size = useWindowSize();
  useEffect(() => {
    if (!process.argv.includes("--ticks")) return;
    const timer = setInterval(() => {
      setTicks((count) => count + 1);
      note("tick");
    }, 20);
    return () => clearInterval(timer);
  }, []);
  useInput((input, key) => {
    const name = key.downArrow ? "down" : key.return ? "enter" : key.escape ? "escape" : input;
    if (name === "s") void session.suspend(shell);
    else if (name === "q") void leave();
    else setKeys((known) => [...known, name]);
  });
  return h(
    Box,
    { flexDirection: "column" },
    h(Text, { bold: true }, `size ${size.columns}x${size.rows} ${session.ascii ? "ascii" : "unicode"}`),
    h(Text, { color: "red" }, `keys ${keys.join(" ")}`),
    h(Text, { inverse: true }, ticks === 0 ? "•" : `tick ${ticks} ${"=".repeat(ticks % 70)}`),
  );
}

const app = render(h(Program), {
  stdin: session.stdin,
  stdout: session.stdout,
  debug: true,
  interactive: true,
  exitOnCtrlC: false,
  patchConsole: false,
});

async function shell(): Promise<void> {
  const child = spawn("sh", ["-c", 'stty size; printf "shell: "; read line; echo "got $line"; read more'], {
    stdio: "inherit",
  });
  await new Promise((resolve) => child.on("exit", resolve));
}

async function leave(): Promise<void> {
  app.unmount();
  await session.close();
}

void session.ended.then(async (reason) => {
  note(reason);
  await leave();
  process.exit(0);
});
