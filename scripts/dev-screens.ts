import { loadMachine } from "../tui/machine/recorded.ts";
import { openSession } from "../tui/terminal/session.ts";
import { runScript } from "./run.ts";

/** The screens on a recorded machine: process.argv has its file. Bundled and started by dev.ts. */
await runScript(async () => {
  const machine = await loadMachine(process.argv[2] ?? "");
  const session = await openSession({ stdin: process.stdin, stdout: process.stdout, env: process.env });
  // Ink is loaded after the session has put the environment right.
  const { startDryRun } = await import("../tui/app/start-screens.ts");
  await startDryRun(session, machine);
});
process.exit();
