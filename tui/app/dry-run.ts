import { shellQuote } from "../base/shell.ts";
import type { FlakeFacts, HostFacts, Preflight } from "../flake/facts.ts";
import type { Machine } from "../machine/machine.ts";
import { commandsOf, nameOf } from "../plan/describe.ts";
import { generatedWay } from "../plan/evaluated.ts";
import type { Plan } from "../plan/step.ts";
import type { RunEvent } from "../run/events.ts";
import { advance, idle } from "../run/status.ts";
import type { Effect } from "./effect.ts";
import type { Interpreter, Send } from "./store.ts";

/**
 * What effects do in `npm run dev`: nothing. The machine is a recorded one, layout and plan are the real ones, nix is not asked,
 * and the installation is played from the plan's steps.
 */
export function dryRunEffects(machine: Machine, leave: () => void): Interpreter {
  let run = new AbortController();
  return (effect, send) => {
    switch (effect.do) {
      case "probe-machine":
        return void setTimeout(() => send({ is: "machine-probed", machine, drawn: drawnFor(machine) }), 300);
      case "read-boot-parameters":
        return send({
          is: "boot-parameters-read",
          given: {
            flake: "https://example.org/demo.tar.gz",
            substituter: null,
            hostname: null,
            authorizedKeys: [],
          },
        });
      case "probe-flake":
      case "check-flake":
        return void setTimeout(() => answer(effect, send, machine), 1500);
      case "start-engine":
        run = new AbortController();
        return void play(effect.plan, send, run.signal);
      case "stop-run":
        return run.abort();
      case "clear-run":
        return send({ is: "run-changed", status: idle });
      case "leave":
        return leave();
      case "load-answers":
      case "take-over":
      case "cancel-nix":
        return;
      case "save-answers":
        return effect.isAsked ? refuse(send, "the answers are not saved") : undefined;
      case "scan-host-keys":
      case "give-access":
      case "retry-run":
      case "open-shell":
      case "enter-system":
      case "reboot":
      case "kexec":
      case "power-off":
        return refuse(send, `${effect.do} does nothing here`);
      default:
        return effect satisfies never;
    }
  };
}

function refuse(send: Send, what: string): void {
  send({ is: "effect-failed", sentence: `This is a dry run: ${what}.` });
}

/** Always the same values: two dry runs show the same plan. */
function drawnFor(machine: Machine) {
  const guids = machine.disks.map(
    (_, index) => `d4be10${index.toString(16).padStart(2, "0")}-0000-4000-8000-000000000000`,
  );
  return { hostId: "d4be1000", guids };
}

function answer(effect: Extract<Effect, { question: number }>, send: Send, machine: Machine): void {
  const { question } = effect;
  if (effect.do === "probe-flake") {
    if (!/^[\w+]+:|^\//.test(effect.reference)) {
      const sentence = `${effect.reference} is no flake reference. Type github:owner/repository, a URL or a path.`;
      send({ is: "flake-probe-failed", question, failure: { sentence, raw: `error: ${sentence}` } });
    } else send({ is: "flake-probed", question, facts: exampleFacts(effect.reference, machine) });
    return;
  }
  const preflight: Preflight = {
    findings: [{ level: "warning", sentence: "This is a dry run: nix was not asked." }],
    toplevel: null,
    lock: null,
    download: null,
    unpacked: null,
  };
  send({ is: "flake-checked", question, preflight });
}

function exampleFacts(reference: string, machine: Machine): FlakeFacts {
  const host = (name: string, change: Partial<HostFacts> = {}): HostFacts => ({
    name,
    system: `${machine.architecture}-linux`,
    disks: "none",
    way: generatedWay,
    hostId: null,
    hostname: name,
    zfsVersion: null,
    stateVersion: null,
    bootLoader: null,
    error: null,
    ...change,
  });
  return {
    reference,
    hosts: [host("demo"), host("web2", { disks: "zfs" }), host("backup", { system: "aarch64-linux" })],
    tree: null,
    asksFor: [{ url: "https://cache.example.org", publicKey: "example-1:AAAAAAAA" }],
  };
}

/** Plays a plan as events; each step takes as long as it has commands. */
async function play(plan: Plan, send: Send, signal: AbortSignal): Promise<void> {
  let status = idle;
  const emit = (event: RunEvent) => {
    status = advance(status, event);
    send({ is: "run-changed", status });
  };
  const { hostname, summary, steps } = plan;
  const at = () => Date.now();
  emit({
    at: at(),
    event: "run-started",
    hostname,
    summary,
    steps: steps.map(nameOf),
    pid: process.pid,
    plan: "dry run",
  });
  const began = at();
  for (const [index, step] of steps.entries()) {
    const started = at();
    emit({ at: started, event: "step-started", index });
    for (const command of commandsOf(step))
      emit({ at: at(), event: "command", index, command: shellQuote(command) });
    const isLong = step.do === "build-system";
    for (let part = 0; part <= 20 && isLong && !signal.aborted; part++) {
      const downloaded = part * 5_000_000;
      emit({
        at: at(),
        event: "progress",
        index,
        phase: "downloading",
        text: "dry run",
        downloaded,
        downloadTotal: 100_000_000,
        paths: part * 20,
        pathsTotal: 400,
      });
      await pause(300);
    }
    await pause(250);
    if (signal.aborted) {
      return emit({ at: at(), event: "run-failed", index, milliseconds: at() - began, cancelled: true });
    }
    emit({ at: at(), event: "step-finished", index, milliseconds: at() - started });
  }
  const result = { pool: "dry run", poolState: "nothing was written", generation: "none", hostKeys: [] };
  emit({ at: at(), event: "run-finished", milliseconds: at() - began, result });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
