import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { Lender } from "../../../scripts/remote/lend.ts";
import { exec } from "../../../tui/base/exec.ts";
import { has } from "../tools/programs.ts";

const elsewhere = resolve(import.meta.dirname, "../../../image/rootfs/usr/lib/dabei/nix-elsewhere");
vi.setConfig({ testTimeout: 60_000 });
const path = process.env.PATH;
let lender: Lender | undefined;
afterEach(async () => {
  process.env.PATH = path;
  await lender?.close();
});

/** The workstation's side with a nix that says what it was called with; the other machine is this one. */
async function lending() {
  const directory = mkdtempSync(join(tmpdir(), "dabei-lend-"));
  const there = mkdtempSync("/tmp/dabei-flake-");
  writeFileSync(join(there, "flake.nix"), "{ }");
  const put = (name: string, text: string) => {
    mkdirSync(join(directory, "bin"), { recursive: true });
    writeFileSync(join(directory, "bin", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(directory, "bin", name), 0o755);
  };
  put(
    "nix",
    `echo "$*" >>${directory}/calls
case "$*" in *metadata*) echo '{ "path": "/nix/store/abc-source", "locked": { "type": "path" } }'; exit ;; esac
case "$*" in *copy*) exit 0 ;; *fails*) echo "error: it fails" >&2; exit 3 ;; esac
for word; do case $word in path:*) cd "\${word#path:}" && test -e flake.nix && echo '{"locked":1}' >flake.lock ;; esac; done
echo "@nix {}" >&2
echo /nix/store/abc-system`,
  );
  put("nix-here", 'echo "here $*"');
  process.env.PATH = `${join(directory, "bin")}:${path}`;
  lender = await Lender.open(["sh", "-c"], { say: () => {}, show: () => {} });
  const env = { DABEI_WORKSTATION: lender.socket, PATH: process.env.PATH };
  const call = (...words: string[]) => exec(["sh", elsewhere, ...words], { env, accept: [0, 1, 3] });
  const calls = () =>
    readFileSync(join(directory, "calls"), "utf8").replaceAll(directory, "").trim().split("\n");
  return { call, calls, there };
}

test.skipIf(!has("curl"))(
  "a build over there is a build here, and its closure goes to the store there",
  async () => {
    const { call, calls, there } = await lending();
    const { stdout, stderr, exitCode } = await call(
      "build",
      "--store",
      "/mnt",
      "--print-out-paths",
      `path:${there}`,
    );
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: "/nix/store/abc-system",
      stderr: "@nix {}",
      exitCode: 0,
    });
    expect(calls()[0]).toMatch(/^build --print-out-paths path:\S+ --no-link$/);
    expect(calls()[1]).toMatch(
      /copy .*--to ssh:\/\/nix-dabei-target\?remote-store=local%3Froot%3D%2Fmnt&compress=true \/nix\/store\/abc-system$/,
    );
    // The lock that nix wrote belongs to the flake over there.
    expect(readFileSync(join(there, "flake.lock"), "utf8")).toBe('{"locked":1}\n');
  },
);

test.skipIf(!has("curl"))("the files of a flake that lies here go to the store of the image", async () => {
  const { call, calls } = await lending();
  const { stdout } = await call("flake", "metadata", "--json", "path:/home/me/infra");
  expect(JSON.parse(stdout).path).toBe("/nix/store/abc-source");
  expect(calls()[1]).toMatch(/copy .*--to ssh:\/\/nix-dabei-target\?compress=true \/nix\/store\/abc-source$/);
});

test.skipIf(!has("curl"))("failures, refusals and a workstation that is gone are told as nix's", async () => {
  const { call, there } = await lending();
  expect(await call("eval", "fails")).toMatchObject({ exitCode: 3, stderr: "error: it fails" });
  const refused = await call("build", "--out-link", "/tmp/x", "x");
  expect(refused).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("error: a link to what is built"),
  });
  expect(await call("store", "info")).toMatchObject({ exitCode: 0, stdout: "here store info" });
  await lender?.close();
  lender = undefined;
  expect(await call("eval", `path:${there}`)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("the workstation that lends its nix is gone"),
  });
  expect(existsSync(join(there, "flake.lock"))).toBe(false);
});
