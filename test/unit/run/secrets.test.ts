import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answersText } from "../../../tui/answers/save.ts";
import type { Exec } from "../../../tui/base/exec.ts";
import { shellQuote } from "../../../tui/base/shell.ts";
import { commandsOf, describe as describeStep } from "../../../tui/plan/describe.ts";
import { planOf } from "../../../tui/plan/plan.ts";
import type { Plan, Step } from "../../../tui/plan/step.ts";
import { startEngine } from "../../../tui/run/client.ts";
import { runEngine } from "../../../tui/run/engine.ts";
import { choicesFor, recorded } from "../plan/example.ts";

const passphrase = "s3cret-passphrase";
const named = {
  "system.hostKeys.given_0_": "s3cret-host-key",
  "system.files_0_.secret": "s3cret-file",
};
const machine = recorded("qemu-two-disks");

let root: string;
let state: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dabei-target-"));
  state = mkdtempSync(join(tmpdir(), "dabei-state-"));
});
afterEach(() => {
  for (const directory of [root, state]) rmSync(directory, { recursive: true, force: true });
});

/** Steps that look at this machine instead of asking a program: they have no secret to lose. */
const leftOut: Step["do"][] = [
  ...([
    "check-disks",
    "wipe-disk",
    "release-device",
    "set-host-id",
    "mount-target",
    "create-datasets",
  ] as const),
  ...(["build-system", "install-system", "export-pool"] as const),
];

function planWith(encryption: "native" | "luks"): { plan: Plan; answers: string } {
  const choices = choicesFor(machine, {
    layout: { encryption, swap: 1024 ** 3 },
    system: {
      hostKeys: { given: ["system.hostKeys.given_0_"] },
      files: [
        {
          ...{ path: "/etc/token", content: { secret: "system.files_0_.secret" }, mode: "0600" },
          ...{ owner: process.getuid?.() ?? 0, group: process.getgid?.() ?? 0 },
        },
      ],
    },
  });
  const { plan, issues } = planOf(machine, choices);
  expect(issues).toEqual([]);
  const here = JSON.parse(JSON.stringify(plan).replaceAll("/mnt", root)) as Plan;
  return {
    plan: { ...here, steps: here.steps.filter((step) => !leftOut.includes(step.do)) },
    answers: answersText(choices, machine),
  };
}

/** Every file below a directory but the secrets, as one text. */
function allText(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.startsWith("secrets") && statSync(join(directory, name)).isFile())
    .map((name) => `${name}\n${readFileSync(join(directory, name), "utf8")}`)
    .join("\n");
}

test("a plan whose secrets are not there is not begun", async () => {
  const { plan } = planWith("native");
  const starting = startEngine(
    plan,
    { passphrase, named: { "system.files_0_.secret": "x" } },
    { directory: state },
  );
  await expect(starting).rejects.toThrow("secrets that are not there: system.hostKeys.given_0_.");
  expect(existsSync(`${state}/plan.json`)).toBe(false);
});

test.each(["native", "luks"] as const)(
  "secrets go by stdin and to their file, and nowhere else: %s encryption",
  async (encryption) => {
    const { plan, answers } = planWith(encryption);
    const told: string[] = [answers];
    const inputs: string[] = [];
    let isRefused = true;
    // A program that says all that it was given to say.
    const exec: Exec = async (argv, options = {}) => {
      told.push(argv.join(" "), JSON.stringify(options.env ?? {}));
      if (options.input !== undefined) inputs.push(String(options.input));
      if (argv[0] === "mkdir") mkdirSync(argv.at(-1) ?? "", { recursive: true });
      options.onLine?.(`${argv[0]} says ${argv.slice(1).join(" ")}`, "stderr");
      if (argv[0] === "mkfs.vfat" && isRefused)
        throw Object.assign(new Error("mkfs.vfat: refused"), { argv });
      return { stdout: argv[0] === "ssh-keygen" ? "ssh-ed25519 AAAAC3 x\n" : "", stderr: "", exitCode: 0 };
    };
    const engine = () => runEngine({ directory: state, exec, signal: new AbortController().signal });
    // The engine that is started is not ours: the plan and the secrets are left as it would find them.
    const noEngine = { directory: state, engine: [process.execPath, "-e", ""] };
    await expect(startEngine(plan, { passphrase, named }, noEngine)).rejects.toThrow("could not be started");
    expect(await engine()).toBe(1);
    told.push(allText(state));
    expect(statSync(`${state}/secrets`).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(`${state}/secrets`))
      expect(statSync(`${state}/secrets/${name}`).mode & 0o777).toBe(0o600);

    isRefused = false;
    expect(await engine(), readFileSync(`${state}/log`, "utf8")).toBe(0);
    for (const step of plan.steps)
      told.push(describeStep(step), JSON.stringify(step), ...commandsOf(step).map(shellQuote));
    told.push(allText(state));
    expect(told.join("\n")).not.toContain("s3cret");

    expect(inputs.join("")).toContain(passphrase);
    expect(existsSync(`${state}/secrets`)).toBe(false);
    expect(readFileSync(`${root}/etc/token`, "utf8")).toBe("s3cret-file");
    expect(readFileSync(`${root}/etc/ssh/ssh_host_ed25519_key`, "utf8")).toBe("s3cret-host-key\n");
    for (const place of ["/etc/token", "/etc/ssh/ssh_host_ed25519_key"]) rmSync(root + place);
    // The records that are kept on the target among them.
    expect(allText(root)).toContain("plan.json");
    expect(allText(root)).not.toContain("s3cret");
  },
);
