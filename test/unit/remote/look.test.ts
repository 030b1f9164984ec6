import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lookScript, readLook, readRefusal } from "../../../scripts/remote/look.ts";
import { Told } from "../../../scripts/remote/told.ts";
import { exec } from "../../../tui/base/exec.ts";

describe("a look", () => {
  test("reads this system", async () => {
    const { stdout } = await exec(["sh", "-s"], { input: lookScript });
    expect(readLook(stdout, 1)).toMatchObject({
      is: "linux",
      architecture: "x86_64",
      boot: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test("tells dropbear's keys where they can be taken over", async () => {
    const directory = mkdtempSync(join(tmpdir(), "dabei-look-"));
    const program = (name: string, text: string) =>
      writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    program(
      "dropbearkey",
      'echo "Public key portion is:"; echo "ssh-ed25519 AAAA root@rescue"; echo "Fingerprint: md5 00"',
    );
    program("id", "echo 0");
    program("ls", "exit 2");
    const look = async () =>
      readLook(
        (await exec(["sh", "-s"], { input: lookScript, env: { PATH: `${directory}:${process.env.PATH}` } }))
          .stdout,
        1,
      );
    expect(await look()).toMatchObject({ hostKeys: [] });
    program("dropbearconvert", "");
    expect(await look()).toMatchObject({ hostKeys: ["ssh-ed25519 AAAA"] });
    rmSync(directory, { recursive: true });
  });

  test("takes the first place with room, and the way to root", () => {
    const text =
      'boot=b\nname=Debian "x"\narchitecture=x86_64\nroot=sudo -n\nroom=10 /home/me\nroom=2048 /var/tmp\nroom=4096 /tmp\nend=yes\n';
    expect(readLook(text, 1024 * 1024)).toMatchObject({
      ...{ name: 'Debian "x"', asRoot: ["sudo", "-n"], room: { directory: "/var/tmp", free: 2048 * 1024 } },
      ...{ hostKeys: [], isInstalled: false },
    });
    expect(readLook("boot=b\nroot=\nend=yes\n", 1)).toMatchObject({ asRoot: [], room: null });
    expect(readLook("boot=b\nend=yes\n", 1)).toMatchObject({ asRoot: null });
  });

  test("knows our image", () => {
    const status = { state: "running", hostname: "web1", failure: null, result: null };
    const text = `boot=b\nhostkey=ssh-ed25519 AAAA\nhostkey=ssh-rsa BBBB\nstatus=${JSON.stringify(status)}\nunattended=running\nend=yes\n`;
    expect(readLook(text, 1)).toEqual({
      ...{
        is: "image",
        boot: "b",
        hostKeys: ["ssh-ed25519 AAAA", "ssh-rsa BBBB"],
        status,
        unattended: "running",
      },
    });
  });

  test("that was cut off tells nothing", () => {
    expect(readLook('boot=b\nstatus={"state":"fin', 1)).toMatchObject({ is: "silent" });
  });

  test("says what it could not read", () => {
    expect(() => readLook("This account is currently not available.\n", 1)).toThrow("not available");
  });

  test.each([
    ["Host key verification failed.", "other-key"],
    ["@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @", "other-key"],
    ["No ED25519 host key is known for nix-dabei and you have requested strict checking.", "other-key"],
    ["root@host: Permission denied (publickey).", "closed"],
    ["ssh: connect to host 192.0.2.1 port 22: Connection refused", "silent"],
    ["kex_exchange_identification: Connection closed by remote host", "silent"],
    ["", "silent"],
  ])("%j is %s", (stderr, is) => {
    expect(readRefusal(`debug\n${stderr}\n`).is).toBe(is);
  });

  test("the reason that a jump host tells goes before the end of the connection", () => {
    const stderr =
      "channel 0: open failed: connect failed: No route to host\nstdio forwarding failed\nConnection closed by UNKNOWN port 65535\n";
    expect(readRefusal(stderr)).toMatchObject({ reason: expect.stringContaining("No route to host") });
  });
});

describe("what is followed", () => {
  const events = [
    {
      at: 0,
      event: "run-started",
      hostname: "web1",
      summary: "web1 on vda",
      steps: ["wipe", "pool"],
      pid: 1,
      plan: "p",
    },
    { at: 1, event: "step-started", index: 0 },
    { at: 2000, event: "step-finished", index: 0, milliseconds: 1999 },
  ].map((event) => JSON.stringify(event));

  test("is told once, whether it comes as a log or as events, and however often the connection breaks", () => {
    const told = new Told();
    expect(events.flatMap((line) => told.read(line))).toEqual([
      "  installing web1 on vda",
      "  1/2 wipe: done in 2.0 s",
    ]);
    told.restart();
    const more = JSON.stringify({ at: 3000, event: "step-skipped", index: 1, reason: "done before" });
    expect([...events, more].flatMap((line) => told.read(line))).toEqual(["  2/2 pool: done before"]);
    expect(told.read("nix-dabei 12:00:01 answers from /etc/dabei/answers.yaml")).toEqual([
      "  answers from /etc/dabei/answers.yaml",
    ]);
    expect(told.lines).toBe(1);
  });
});
