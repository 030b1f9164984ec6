import { existsSync } from "node:fs";
import { ToolError, UserError } from "../base/errors.ts";
import { readGiven } from "../run/given.ts";
import { stateFiles } from "../run/state.ts";
import type { Session } from "../terminal/session.ts";
import type { Effect } from "./effect.ts";
import type { Interpreter, Send } from "./store.ts";

/**
 * What effects do in the running image. Everything heavy (zod, yaml, execa, nix's parsers) is loaded when it is first needed:
 * the first frame must not wait for it.
 */
export function realEffects(session: Session, leave: () => void): Interpreter {
  const nix = { controller: new AbortController() };
  return (effect, send) => {
    perform(effect, send, { session, leave, nix }).catch((error: unknown) => {
      if (isAbort(error)) return;
      const sentence = sentenceOfError(error);
      if (effect.do === "probe-machine") send({ is: "machine-probe-failed", sentence });
      else if (effect.do === "probe-flake")
        send({ is: "flake-probe-failed", question: effect.question, failure: failureOfError(error) });
      else if (effect.do === "check-flake")
        send({ is: "flake-check-failed", question: effect.question, failure: failureOfError(error) });
      else if (effect.do === "start-engine" || effect.do === "retry-run")
        send({ is: "engine-start-failed", sentence });
      else send({ is: "effect-failed", sentence });
    });
  };
}

interface Surroundings {
  readonly session: Session;
  readonly leave: () => void;
  /** Ends the question to nix that is being answered. */
  readonly nix: { controller: AbortController };
}

async function perform(effect: Effect, send: Send, { session, leave, nix }: Surroundings): Promise<void> {
  switch (effect.do) {
    case "read-boot-parameters": {
      return send({ is: "boot-parameters-read", given: await readGiven() });
    }
    case "probe-machine": {
      const { probeForScreens } = await import("./effects-machine.ts");
      return send(await probeForScreens());
    }
    case "load-answers": {
      // The usual case: nothing was answered yet, and yaml and zod need not be loaded.
      if (!existsSync(stateFiles().answers)) return;
      send({ is: "answers-found" });
      const { loadKept } = await import("./effects-answers.ts");
      return send(await loadKept(effect));
    }
    case "save-answers": {
      const { keep } = await import("./effects-answers.ts");
      const path = await keep(effect);
      return effect.isAsked ? send({ is: "answers-saved", path }) : undefined;
    }
    case "probe-flake":
    case "check-flake": {
      nix.controller.abort();
      nix.controller = new AbortController();
      const { askNix } = await import("./effects-nix.ts");
      return askNix(effect, send, nix.controller.signal);
    }
    case "scan-host-keys":
    case "give-access": {
      const { changeAccess } = await import("./effects-access.ts");
      return changeAccess(effect, send);
    }
    case "cancel-nix":
      return nix.controller.abort();
    case "start-engine":
    case "retry-run":
    case "stop-run":
    case "clear-run": {
      const { changeRun } = await import("./effects-run.ts");
      return changeRun(effect, send);
    }
    case "open-shell": {
      const { openShell } = await import("./effects-shell.ts");
      await session.suspend(openShell);
      // Disks, mounts and pools may be others now.
      return perform({ do: "probe-machine" }, send, { session, leave, nix });
    }
    case "enter-system": {
      const { enterSystem } = await import("./effects-shell.ts");
      await session.suspend(() => enterSystem(effect.guid));
      return perform({ do: "probe-machine" }, send, { session, leave, nix });
    }
    case "kexec": {
      const [{ exec }, { loadNextKernel }] = await Promise.all([
        import("../base/exec.ts"),
        import("../run/next-kernel.ts"),
      ]);
      await loadNextKernel(exec, stateFiles());
      await exec(["reboot"]);
      return;
    }
    case "reboot":
    case "power-off": {
      const { exec } = await import("../base/exec.ts");
      await exec([effect.do === "reboot" ? "reboot" : "poweroff"]);
      return;
    }
    case "take-over": {
      const [{ writeFileSync }, { takeover }] = await Promise.all([
        import("node:fs"),
        import("../run/places.ts"),
      ]);
      return writeFileSync(takeover, "");
    }
    case "leave":
      return leave();
    default:
      return effect satisfies never;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** One line for the person: what happened, and the way out. */
function sentenceOfError(error: unknown): string {
  if (error instanceof UserError) return [error.message, error.hint].filter(Boolean).join(" ");
  if (error instanceof ToolError) {
    const end = error.stderr.trim().split("\n").at(-1);
    return end ? `${error.message}: ${end}` : error.message;
  }
  return `This is a bug in nix-dabei: ${error instanceof Error ? error.message : String(error)}`;
}

function failureOfError(error: unknown) {
  const failure = (error as { failure?: { sentence: string; raw: string } }).failure;
  if (failure) return failure;
  const raw = error instanceof ToolError ? error.stderr : error instanceof Error ? (error.stack ?? "") : "";
  return { sentence: sentenceOfError(error), raw };
}
