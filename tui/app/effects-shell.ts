import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

/** A login shell on this terminal, until it ends. */
export async function openShell(): Promise<void> {
  const shell = ["/bin/bash", "/usr/bin/bash"].find(existsSync) ?? "/bin/sh";
  process.stdout.write("The installer waits. Type exit to come back to it.\r\n\r\n");
  await onTerminal([shell, "-l"]);
}

/**
 * The system that is installed on a pool, entered on this terminal; null for the one that LUKS hides.
 * What was said there can be read before it goes.
 */
export async function enterSystem(guid: string | null): Promise<void> {
  await onTerminal(["enter-system", ...(guid === null ? [] : [guid])]);
  await onTerminal(["sh", "-c", "printf 'Press Enter to go back to the installer. '; read -r _"]);
}

/** Runs a program that has the terminal to itself, until it ends. */
async function onTerminal([program = "", ...rest]: readonly string[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const child = spawn(program, rest, { stdio: "inherit", cwd: existsSync("/root") ? "/root" : "/" });
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
}
