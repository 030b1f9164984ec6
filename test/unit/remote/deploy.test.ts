import { hash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BundleFile } from "../../../scripts/remote/bundle.ts";
import { type Deployment, deploy } from "../../../scripts/remote/deploy.ts";
import { Machine } from "../../../scripts/remote/machine.ts";
import { type Memory, nothingYet } from "../../../scripts/remote/memory.ts";
import { fingerprintOf, Ssh } from "../../../scripts/remote/ssh.ts";
import { fakeSsh } from "./fake-ssh.ts";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const keyLine = `hostkey=${hostKey}`;
const old = `boot=1\narchitecture=x86_64\nname=Debian\nroot=\n${keyLine}\nroom=1000000 ROOM`;
const going = "refuse=ssh: connect to host h port 22: Connection refused";
const image = (status: object, more = "unattended=none") =>
  `key=${hostKey}\nboot=2\n${keyLine}\nstatus=${JSON.stringify({ hostname: "web1", failure: null, result: null, ...status })}\n${more}`;
const idle = image({ state: "idle" });
const running = image({ state: "running" });
const finished = image({ state: "finished", result: { hostKeys: [`ED25519 ${fingerprintOf(otherKey)}`] } });
const failed = image({
  state: "failed",
  failure: { sentence: "The cache could not be reached.", log: "/run/dabei/log" },
});
const installed = `key=${otherKey}\nboot=3\narchitecture=x86_64\nname=NixOS\nroot=\ninstalled=yes\nhostkey=${otherKey}`;

// Each call of ssh is a shell here, a dozen in a test.
vi.setConfig({ testTimeout: 120_000 });
const path = process.env.PATH;
let said: string[] = [];
let kept: Memory = nothingYet;
beforeEach(() => {
  said = [];
  kept = nothingYet;
});
afterEach(() => {
  process.env.PATH = path;
  delete process.env.FAKE;
});

/** Deploys to a machine that shows these looks. */
async function run(
  looks: readonly string[],
  options: {
    answers?: string;
    memory?: Memory;
    fake?: Record<string, string>;
    onSuccess?: Deployment["onSuccess"];
  } = {},
) {
  const fake = fakeSsh(looks, options.fake);
  Object.assign(process.env, fake.env);
  const source = join(fake.directory, "source/kexec");
  mkdirSync(source, { recursive: true });
  const files = [
    ["run", 10],
    ["initrd", 700_000],
  ].map(([name, size]): BundleFile => {
    const bytes = Buffer.alloc(Number(size), String(name));
    writeFileSync(join(source, String(name)), bytes);
    const common = { path: `kexec/${name}`, source: join(source, String(name)), size: bytes.length };
    return { ...common, sha256: hash("sha256", bytes, "hex"), mode: 0o755 };
  });
  const meter = { say: (line: string) => said.push(line), show: () => {} };
  const ssh = await Ssh.open({ destination: "me@h", options: ["-p", "2222"] });
  const deployment: Deployment = {
    ...{
      meter,
      machine: new Machine(ssh, meter),
      files: async () => files,
      answers: options.answers ?? null,
    },
    ...{ onSuccess: options.onSuccess ?? "reboot", append: "dabei.flake=x#y", needed: 1000, pause: 1 },
    keep: async (memory) => {
      kept = memory;
    },
  };
  try {
    const code = await deploy(options.memory ?? nothingYet, deployment);
    return { code, fake, files };
  } finally {
    await ssh.close();
  }
}

const at = (phase: Memory["phase"], more: Partial<Memory> = {}): Memory => ({
  ...{ ...nothingYet, phase, oldBoot: "1", hostKeys: [hostKey] },
  ...more,
});

describe("a deployment", () => {
  test("guided, from the old system to the installed one", async () => {
    const { code, fake, files } = await run([old, old, going, going, idle, finished, going, installed]);
    expect(code).toBe(0);
    expect(said.at(-1)).toBe("web1 answers on ssh. Done.");
    // The screens were shown to root over the connection with the pinned key; they were left when all was done.
    expect(fake.done()).toEqual(["screens root@h", "reboot"]);
    for (const { path, source } of files)
      expect(readFileSync(join(fake.directory, "room/nix-dabei", path)).equals(readFileSync(source))).toBe(
        true,
      );
    const calls = fake.calls();
    expect(calls.filter((call) => call.includes("kexec/run"))[0]).toMatch(/--append 'dabei\.flake=x#y'/);
    // Until the image runs, ssh itself decides whom to trust; from then on nothing but the old system's key will do.
    const checked = calls
      .filter((call) => call.includes("exec sh -s"))
      .map((call) => call.includes("StrictHostKeyChecking=yes"));
    expect(checked.slice(0, 2)).toEqual([false, true]);
    expect(checked.slice(1).every(Boolean)).toBe(true);
    expect(kept).toMatchObject({ phase: "done" });
  });

  test("by answers, which go along and begin by themselves", async () => {
    const reads = image({ state: "idle" }, "unattended=running");
    const looks = [old, going, idle, reads, running, finished, going, installed];
    const { code, fake } = await run(looks, { answers: "version: 1\n" });
    expect(code).toBe(0);
    expect(
      fake.calls().some((call) => /kexec\/run .*--answers \/run\/nix-dabei-answers\.yaml/.test(call)),
    ).toBe(true);
    expect(fake.done()).toEqual(["follow", "follow"]);
    expect(said).toContain("  1 of 3 wipe: done in 1 s");
  });

  test("by answers, to an image that is there already", async () => {
    const reads = image({ state: "idle" }, "unattended=running");
    const { code, fake } = await run([idle, idle, reads, finished, installed], {
      answers: "version: 1\n",
      memory: at("image"),
    });
    expect(code).toBe(0);
    expect(fake.read("answers-sent")).toBe("version: 1\n");
    expect(fake.calls().some((call) => call.includes("kexec/run"))).toBe(false);
  });

  test("again, after the installation has ended and while nobody looked", async () => {
    const memory = at("installing", { installedKeys: [fingerprintOf(otherKey)] });
    const { code } = await run([installed], { memory });
    expect(code).toBe(0);
    expect(kept.phase).toBe("done");
  });

  test("ends with the reason when run refuses, and the machine is as before", async () => {
    const fake = { "run-output": "nix-dabei: refuses, and nothing was changed\n", "run-code": "1" };
    await expect(run([old], { fake })).rejects.toThrow("not started anew (exit code 1)");
    expect(said).toContain("  nix-dabei: refuses, and nothing was changed");
    expect(kept.phase).toBe("new");
  });

  test("ends when somebody else answers, and sends nothing there", async () => {
    const { code, fake } = await run([
      old,
      going,
      `key=${otherKey}\n${idle.split("\n").slice(1).join("\n")}`,
    ]);
    expect(code).toBe(5);
    expect(said.at(-1)).toContain(fingerprintOf(otherKey));
    expect(fake.done()).toEqual([]);
  });

  test("ends with the installation's failure", async () => {
    const { code } = await run([running, failed], { answers: "version: 1\n", memory: at("installing") });
    expect(code).toBe(3);
    expect(said.at(-1)).toBe(
      "The cache could not be reached.\nThe machine waits as it is; its log is /run/dabei/log.",
    );
  });

  test("opens the screens again when the connection was cut, and ends when they were left", async () => {
    const cut = await run([idle, going, running, finished, installed], {
      memory: at("image"),
      fake: { "screens-code": "255" },
    });
    expect(cut.code).toBe(0);
    expect(cut.fake.done()).toEqual(["screens root@h", "screens root@h"]);
    const left = await run([idle, idle], { memory: at("image") });
    expect(left.code).toBe(4);
  });

  test("takes an installed system that lets nobody in for what it is", async () => {
    const closed = `key=${otherKey}\nrefuse=root@h: Permission denied (publickey).`;
    const memory = at("installed", { installedKeys: [fingerprintOf(otherKey)], hostname: "web1" });
    const { code } = await run([closed], { memory });
    expect(code).toBe(0);
    expect(said.at(-1)).toContain("does not let root in with your key");
  });

  test("goes on where sending was cut off, and does not send what is there", async () => {
    const first = await run([old, going, idle, idle], {});
    const again = fakeSsh([old, going, idle, idle]);
    expect(first.code).toBe(4);
    // The same room with a part of the large file, as a broken connection leaves it.
    const room = join(again.directory, "room/nix-dabei/kexec");
    mkdirSync(room, { recursive: true });
    writeFileSync(join(room, "run"), Buffer.alloc(10, "run"));
    writeFileSync(join(room, "initrd.part"), Buffer.alloc(600_000, "initrd"));
    said = [];
    Object.assign(process.env, again.env);
    const meter = { say: (line: string) => said.push(line), show: () => {} };
    const { upload } = await import("../../../scripts/remote/upload.ts");
    await upload(["ssh", "h"], join(again.directory, "room/nix-dabei"), first.files, meter);
    expect(said[0]).toBe("sends 97.7 KiB of 683.6 KiB; the rest is there already");
    expect(readFileSync(join(room, "initrd")).equals(readFileSync(first.files[1]!.source))).toBe(true);
  });

  test("gives a machine without host keys to take over a new one, and waits while the old one is shown", async () => {
    const bare = `key=${otherKey}\n${old.replace(keyLine, "")}`;
    const { code, fake } = await run([bare, `${bare}\npasses`, going, idle.replaceAll(hostKey, "SENT")]);
    expect(code).toBe(4);
    expect(said.join("\n")).toMatch(/gets a new one, SHA256:\S+: ssh will warn of that/);
    expect(fake.calls().find((call) => call.includes("kexec/run"))).toContain(
      "--host-key /run/nix-dabei-host-key",
    );
    expect(kept.hostKeys).not.toContain(otherKey);
  });

  test("offers a flake to an image that runs already, before its screens are shown", async () => {
    const { fake } = await run([idle, idle], { memory: at("image") });
    expect(fake.read("parameters")).toBe("dabei.flake=x#y\n");
    const calls = fake.calls();
    expect(calls.findIndex((call) => call.includes("/run/dabei/parameters"))).toBeLessThan(
      calls.findIndex((call) => call.endsWith(" dabei~")),
    );
    // One that this run has started has it on its kernel command line.
    expect((await run([old, going, idle, idle])).fake.read("parameters")).toBe("");
  });
});
