import { existsSync, readFileSync } from "node:fs";
import { exitCodeOf, IssuesError, ToolError, UserError } from "./base/errors.ts";
import { stateFiles } from "./run/state.ts";
import { usage, version } from "./version.ts";

/** What `dabei` was called for. Everything is loaded when it is needed: the screens are to be there soon. */
async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  const isJson = rest.includes("--json");
  switch (command) {
    case undefined:
      return screens();
    case "engine": {
      const { runEngine } = await import("./run/engine.ts");
      return runEngine();
    }
    case "install": {
      const { installCommand } = await import("./unattended/install.ts");
      return installCommand(rest, write);
    }
    case "unattended": {
      if (rest.length > 0) {
        const { tryCommand } = await import("./unattended/try.ts");
        return tryCommand(rest, write);
      }
      const { unattendedCommand } = await import("./unattended/boot.ts");
      return unattendedCommand(write);
    }
    case "status": {
      const { statusCommand } = await import("./run/commands.ts");
      return statusCommand({ json: isJson }, write);
    }
    case "events": {
      const { eventsCommand } = await import("./run/commands.ts");
      return eventsCommand({ follow: rest.includes("--follow") }, write);
    }
    case "log": {
      const { logCommand } = await import("./run/commands.ts");
      return logCommand({}, write);
    }
    case "machine": {
      const { printMachine } = await import("./print.ts");
      return printMachine();
    }
    case "first-frame": {
      const { prepareEnvironment } = await import("./terminal/capabilities.ts");
      prepareEnvironment(process.env);
      const { firstFrame } = await import("./app/first-frame.ts");
      write(await firstFrame());
      return 0;
    }
    case "--version":
      process.stdout.write(`nix-dabei ${version}\n`);
      return 0;
    case "--help":
    case "help":
      process.stdout.write(usage);
      return 0;
    default:
      throw new UserError(`${command} is nothing dabei can do.`, { hint: "dabei --help tells what it can." });
  }
}

function write(text: string): void {
  process.stdout.write(text);
}

async function screens(): Promise<number> {
  // Yoga, Ink's layout engine, has its WebAssembly in itself but reads it by fetch() where there is one, which makes Node
  // load its whole HTTP client: a fifth of what the first frame costs. Without fetch() it decodes it in place.
  // Before the session: that loads Ink.
  Reflect.deleteProperty(globalThis, "fetch");
  const { openSession } = await import("./terminal/session.ts");
  const session = await openSession({
    stdin: process.stdin,
    stdout: process.stdout,
    env: process.env,
    firstFrame: existsSync(stateFiles().journal) ? "" : keptFrame(),
  });
  try {
    // Ink looks at the environment when it is loaded: the session has put that right by now.
    const { startScreens } = await import("./app/start-screens.ts");
    await startScreens(session);
  } finally {
    await session.close();
  }
  return 0;
}

/** What `dabei first-frame` printed when the image was built; nothing where that was not kept. */
function keptFrame(): string {
  try {
    return readFileSync(new URL("first-frame", import.meta.url), "utf8");
  } catch {
    return "";
  }
}

/** Says what went wrong in the words of its kind, on stderr. */
function report(error: unknown): void {
  const lines =
    error instanceof IssuesError
      ? error.issues.map(({ where, message }) => `${where}: ${message}`)
      : error instanceof UserError
        ? [error.message, ...(error.hint ? [error.hint] : [])]
        : error instanceof ToolError
          ? [error.message, `  ${error.argv.join(" ")}`, ...error.stderr.trim().split("\n").slice(-10)]
          : exitCodeOf(error) === 130
            ? ["Stopped."]
            : [
                "This is a bug in nix-dabei.",
                error instanceof Error ? (error.stack ?? error.message) : String(error),
              ];
  process.stderr.write(`${lines.join("\n")}\n`);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    report(error);
    process.exit(exitCodeOf(error));
  },
);
