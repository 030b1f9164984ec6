import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

/** A login shell on this terminal, until it ends. */
export async function openShell(): Promise<void> {
  const shell = ["/bin/bash", "/usr/bin/bash"].find(existsSync) ?? "/bin/sh";
  process.stdout.write("The installer waits. Type exit to come back to it.\r\n\r\n");
  await new Promise<void>((resolve) => {
    const child = spawn(shell, ["-l"], { stdio: "inherit", cwd: existsSync("/root") ? "/root" : "/" });
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
}
