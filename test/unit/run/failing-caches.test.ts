import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DirectoryServer, serveDirectory } from "../../../qemu/serve.ts";
import { runNixBuild } from "../../../tui/run/build.ts";
import { nix as nixCommand } from "../../../tui/tools/nix.ts";
import { Gate } from "../../e2e/gate.ts";
import { type Evaluator, evaluator, nixRoot } from "../fixtures/nix.ts";
import { contextIn } from "./step-context.ts";

const root = nixRoot();
/** Four paths and one that needs them, all made of text. */
const system = `let
  make = name: needs: derivation {
    inherit name needs;
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "i=0; while [ $i -lt 3000 ]; do echo $name $i $needs; i=$((i+1)); done > $out" ];
  };
in make "system" (map (name: make name [ ]) [ "one" "two" "three" "four" ])
`;

/** The process of ours with this text in its command line. */
function processWith(text: string): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = pids.find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${text}\0`);
    } catch {
      return false;
    }
  });
  return Number(found);
}

describe.skipIf(root === undefined)(
  "a build whose caches fail, by nix itself (needs nix unpacked by scripts/build)",
  { timeout: 120_000 },
  () => {
    const gone = { url: "http://127.0.0.1:9/gone", publicKey: "" };
    let nix: Evaluator;
    let gate: Gate;
    let server: DirectoryServer;
    let directory: string;
    let own: { url: string; publicKey: string };
    let tries = 0;

    beforeAll(async () => {
      nix = await evaluator(root!);
      directory = join(nix.store, "..");
      writeFileSync(join(directory, "system.nix"), system);
      const shell = ["--option", "sandbox-paths", `/bin/sh=${root}/usr/bin/busybox`];
      const file = ["--impure", "--file", join(directory, "system.nix")];
      const built = await nix.exec(["nix", "build", "--no-link", "--print-out-paths", ...shell, ...file]);
      const secret = (await nix.exec(["nix", "key", "generate-secret", "--key-name", "own-1"])).stdout;
      writeFileSync(join(directory, "secret"), secret);
      const place = `file://${directory}/cache?compression=none&secret-key=${directory}/secret`;
      await nix.exec(["nix", "copy", "--to", place, built.stdout]);
      const publicKey = (await nix.exec(["nix", "key", "convert-secret-to-public"], { input: secret }))
        .stdout;
      gate = new Gate();
      server = await serveDirectory(join(directory, "cache"), { meddle: (path) => gate.meddle(path) });
      own = { url: `http://127.0.0.1:${server.port}`, publicKey };
    }, 120_000);
    afterAll(async () => {
      await server.close();
      await nix.close();
    });
    beforeEach(() => {
      gate = new Gate();
      tries++;
    });

    /** Builds into a store of the test's own, beside a cache that is gone. */
    const build = (signal?: AbortSignal) => {
      const context = contextIn(join(directory, "state"), (argv, options) =>
        nix.exec(argv, { ...options, ...(signal ? { signal } : {}) }),
      );
      const words = ["build", "--store", join(directory, `mnt-${tries}`), "--no-link", "--print-out-paths"];
      // Each try of a cache that is gone takes longer than the one before.
      const command = [
        ...nixCommand([gone, own]),
        "--option",
        "download-attempts",
        "2",
        ...words,
        "--file",
        join(directory, "system.nix"),
      ];
      return runNixBuild(command, {}, context).then(
        (path) => path,
        (error: Error) => (error.name === "AbortError" ? "stopped" : error.message),
      );
    };

    test("broken off in the middle: the one that did is named, and what was whole is not fetched again", async () => {
      gate.breakAfter(2);
      expect(await build()).toBe(
        `The cache ${own.url} broke off in the middle of a download. What was fetched is kept. Check the network, then try again.`,
      );
      const first = [...gate.sent];
      expect(first.length).toBe(2);
      gate.breakAfter(Number.POSITIVE_INFINITY);
      expect(await build()).toMatch(/-system$/);
      expect(gate.sent.slice(2).filter((path) => first.includes(path))).toEqual([]);
      expect(gate.sent.length).toBe(5);
    });

    test("stopped in the middle, and gone on with", async () => {
      const stop = new AbortController();
      const asked = gate.close();
      const stopped = build(stop.signal);
      await asked;
      stop.abort();
      expect(await stopped).toBe("stopped");
      gate.open();
      expect(await build()).toMatch(/-system$/);
    });

    test("killed in the middle, as the kernel does when memory runs out, and gone on with", async () => {
      const asked = gate.close();
      const killed = build();
      await asked;
      process.kill(processWith(join(directory, `mnt-${tries}`)), "SIGKILL");
      expect(await killed).toMatch(/^nix was ended by the kernel: most likely the memory ran out/);
      gate.open();
      expect(await build()).toMatch(/-system$/);
    });

    test("a damaged file: its cache is named", async () => {
      const nars = join(directory, "cache/nar");
      const [name = ""] = readdirSync(nars);
      const whole = readFileSync(join(nars, name));
      const damaged = Buffer.from(whole);
      damaged.write("x", damaged.length - 200);
      writeFileSync(join(nars, name), damaged);
      expect(await build()).toBe(
        `A file from the cache ${own.url} is damaged. Try again; if it stays so, the cache itself holds a damaged file.`,
      );
      writeFileSync(join(nars, name), whole);
      expect(await build()).toMatch(/-system$/);
    });
  },
);
