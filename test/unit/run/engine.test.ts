import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Plan } from "../../../tui/plan/step.ts";
import {
  cancelEngine,
  followJournal,
  readStatus,
  retryEngine,
  startEngine,
} from "../../../tui/run/client.ts";
import { eventsCommand, statusCommand } from "../../../tui/run/commands.ts";
import type { RunEvent } from "../../../tui/run/events.ts";
import { lockHolder } from "../../../tui/run/lock.ts";
import { stateFiles } from "../../../tui/run/state.ts";

const program = [process.execPath, join(import.meta.dirname, "engine-process.ts")];
let directory: string;
let options: { directory: string; engine: string[] };

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dabei-engine-"));
  options = { directory, engine: [...program, directory] };
});

afterEach(async () => {
  cancelEngine(options);
  await until(() => lockHolder(stateFiles(directory).lock) === null);
  rmSync(directory, { recursive: true, force: true });
});

const plan = (): Plan => ({
  version: 1,
  hostname: "web1",
  summary: "web1, harmless",
  steps: [
    { do: "format-esp", device: "/dev/null", label: "ESP-1", volumeId: "00000000" },
    { do: "set-host-id", hostId: "ffffff01" },
    { do: "write-flake", directory: `${directory}/flake`, files: [{ name: "flake.nix", text: "{ }\n" }] },
    { do: "format-esp", device: "/dev/null", label: "ESP-2", volumeId: "00000000" },
  ],
});

const flag = (name: string) => writeFileSync(join(directory, name), "");
const unflag = (name: string) => rmSync(join(directory, name));
const done = () => (existsSync(`${directory}/done`) ? readFileSync(`${directory}/done`, "utf8") : "");

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline)
      throw new Error(`waited in vain; the log says:\n${readFileSync(`${directory}/log`)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function eventsUntilEnd(): Promise<RunEvent[]> {
  const stop = new AbortController();
  const events: RunEvent[] = [];
  for await (const event of followJournal(stop.signal, options)) {
    events.push(event);
    if (event.event === "run-finished" || event.event === "run-failed") stop.abort();
  }
  return events;
}

describe("the engine, as a process", { timeout: 60_000 }, () => {
  test("runs a plan to its end, and every follower sees it", async () => {
    expect(readStatus(options).state).toBe("idle");
    const before = eventsUntilEnd();
    await startEngine(plan(), {}, options);
    const events = await before;
    expect(
      events.map(({ event }) => event).filter((name) => name.startsWith("step-") || name.startsWith("run-")),
    ).toEqual([
      "run-started",
      ...["step-started", "step-finished"],
      ...["step-started", "step-finished"],
      ...["step-started", "step-finished"],
      ...["step-started", "step-finished"],
      "run-finished",
    ]);
    expect(await eventsUntilEnd()).toEqual(events);
    expect(readStatus(options)).toMatchObject({ state: "finished", hostname: "web1" });
    expect(done()).toMatch(/^mkfs.*ESP-1 .*\nzgenhostid -f ffffff01\nmkfs.*ESP-2 /);
    expect(readFileSync(`${directory}/flake/flake.nix`, "utf8")).toBe("{ }\n");
    expect(readFileSync(`${directory}/log`, "utf8")).toMatch(
      /\d{4}-\d\d-\d\dT[\d:.]+Z \$ zgenhostid -f ffffff01\nbegin/,
    );
    await expect(retryEngine(options)).rejects.toThrow("finished already");
  });

  test("a failure tells what to do; a retry goes on at the failed step", async () => {
    flag("fail-zgenhostid");
    await startEngine(plan(), {}, options);
    await until(() => readStatus(options).state === "failed");
    expect(readStatus(options)).toMatchObject({
      current: 1,
      cancelled: false,
      failure: {
        sentence: "set hostId failed: zgenhostid: refused",
        command: "zgenhostid -f ffffff01",
        output: expect.stringContaining("zgenhostid: refused"),
        log: `${directory}/log`,
      },
    });
    expect(statusCommand(options, () => {})).toBe(1);
    unflag("fail-zgenhostid");
    await retryEngine(options);
    let text = "";
    expect(await eventsCommand({ ...options, follow: true }, (line) => (text += line))).toBe(0);
    expect(text).toContain('"event":"step-skipped","index":0,"reason":"done before"');
    expect(done().match(/ESP-1/g)).toHaveLength(1);
    expect(readStatus(options).steps.map(({ state }) => state)).toEqual(["done", "done", "done", "done"]);
  });

  test("stopped: the program is ended, and the journal says so", async () => {
    flag("slow-zgenhostid");
    await startEngine(plan(), {}, options);
    await until(() => readStatus(options).current === 1 && readStatus(options).lines.length > 3);
    expect(cancelEngine(options)).toBe(true);
    await until(() => lockHolder(stateFiles(directory).lock) === null);
    expect(readStatus(options)).toMatchObject({
      state: "failed",
      cancelled: true,
      current: 1,
      failure: null,
    });
    // Nothing that it began is left: not the program, nor what the program began.
    expect(spawnSync("pgrep", ["-f", `slow-.*${directory}`]).stdout.toString()).toBe("");
    expect(cancelEngine(options)).toBe(false);
  });

  test("killed: interrupted, not lost; a retry ends well", async () => {
    flag("slow-zgenhostid");
    const pid = await startEngine(plan(), {}, options);
    await until(() => readStatus(options).current === 1);
    process.kill(pid, "SIGKILL");
    await until(() => readStatus(options).state === "interrupted");
    // A line that a killed writer left half written.
    writeFileSync(`${directory}/journal.jsonl`, '{"at":1,"eve', { flag: "a" });
    unflag("slow-zgenhostid");
    await retryEngine(options);
    await until(() => readStatus(options).state === "finished");
    expect(done().match(/ESP-1/g)).toHaveLength(1);
  });

  test("there is one at a time", async () => {
    flag("slow-zgenhostid");
    const pid = await startEngine(plan(), {}, options);
    await expect(startEngine(plan(), {}, options)).rejects.toThrow(`already running (process ${pid})`);
    await expect(retryEngine(options)).rejects.toThrow("already running");
    const second = spawnSync(program[0]!, [program[1]!, directory]);
    expect(second.status).toBe(1);
    expect(second.stderr.toString()).toContain(`An installation is already running (process ${pid}).`);
    expect(readStatus(options)).toMatchObject({ state: "running", pid });
  });

  test("two that start at once: one does, the other is told", async () => {
    const both = await Promise.allSettled([
      startEngine(plan(), {}, options),
      startEngine(plan(), {}, options),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await until(() => readStatus(options).state === "finished");
  });

  test("a follower that is killed does not touch it, nor does the end of who started it", async () => {
    flag("slow-zgenhostid");
    const starter = join(directory, "starter.ts");
    const client = join(import.meta.dirname, "../../../tui/run/client.ts");
    writeFileSync(
      starter,
      `import { startEngine, followJournal } from ${JSON.stringify(client)};
await startEngine(${JSON.stringify(plan())}, { passphrase: "correct horse" }, ${JSON.stringify(options)});
for await (const _ of followJournal(new AbortController().signal, ${JSON.stringify(options)})) console.log("seen");`,
    );
    const screen = spawn(process.execPath, [starter], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => screen.stdout.once("data", resolve));
    process.kill(screen.pid!, "SIGKILL");
    await once(screen, "exit");
    const { pid, state } = readStatus(options);
    expect(state).toBe("running");
    // A session of its own: no terminal's end reaches it.
    expect(readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[5]).toBe(`${pid}`);
    const passphrase = `${directory}/secrets/passphrase`;
    expect(readFileSync(passphrase, "utf8")).toBe("correct horse");
    unflag("slow-zgenhostid");
    await until(() => readStatus(options).state === "finished");
    for (const file of ["plan.json", "journal.jsonl", "log"]) {
      expect(readFileSync(`${directory}/${file}`, "utf8")).not.toContain("correct horse");
    }
    expect(existsSync(passphrase)).toBe(false);
  });

  test("an engine that cannot start says where to look", async () => {
    const broken = { directory, engine: [process.execPath, "-e", "process.exit(3)"] };
    await expect(startEngine(plan(), {}, broken)).rejects.toThrow(
      "The engine could not be started: exit code 3.",
    );
  });
});
