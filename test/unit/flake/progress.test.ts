import { describe, expect, test } from "vitest";
import { newNixLog, readLine } from "../../../tui/flake/nix-log.ts";
import { progressOf } from "../../../tui/flake/progress.ts";

const hash = "0c5hxv9fpbv0y3v0sl1ydp7sd1mqkm1z";

/** Recorded from nix 2.26.3 against an HTTP cache; names and hashes shortened. */
const download = [
  '@nix {"action":"start","id":1,"level":4,"parent":0,"text":"evaluating derivation \'path:/x#demo\'","type":0}',
  '@nix {"action":"stop","id":1}',
  '@nix {"action":"msg","level":3,"msg":"these 2 paths will be fetched (8.54 MiB download, 29.70 MiB unpacked):"}',
  '@nix {"action":"start","id":210453397513,"level":0,"parent":0,"text":"","type":102}',
  '@nix {"action":"start","id":210453397514,"level":0,"parent":0,"text":"","type":103}',
  '@nix {"action":"result","fields":[101,0],"id":210453397513,"type":106}',
  '@nix {"action":"result","fields":[101,8949605],"id":210453397513,"type":106}',
  '@nix {"action":"result","fields":[100,31141672],"id":210453397513,"type":106}',
  `@nix {"action":"start","fields":["/nix/store/${hash}-initrd","http://10.1.1.1:8080"],"id":210453397517,"level":0,"parent":0,"text":"","type":108}`,
  `@nix {"action":"start","fields":["/nix/store/${hash}-initrd","http://10.1.1.1:8080","local"],"id":210453397521,"level":3,"parent":210453397517,"text":"copying path '/nix/store/${hash}-initrd' from 'http://10.1.1.1:8080'","type":100}`,
  '@nix {"action":"start","fields":["http://10.1.1.1:8080/nar/1kn5.nar.zst"],"id":210453397522,"level":4,"parent":210453397521,"text":"downloading \'…\'","type":101}',
  '@nix {"action":"result","fields":[851968,2776312,0,0],"id":210453397522,"type":105}',
  '@nix {"action":"result","fields":[8192,2781816,0,0],"id":210453397521,"type":105}',
  '@nix {"action":"result","fields":[0,2,1,0],"id":210453397514,"type":105}',
];

function fold(lines: readonly string[]) {
  const log = newNixLog();
  const messages = lines.map((line) => readLine(log, line)).filter((message) => message !== null);
  return { log, messages, progress: progressOf(log) };
}

describe("progress of nix", () => {
  test("evaluates until the first path", () => {
    expect(fold(download.slice(0, 7)).progress).toEqual({
      phase: "evaluating",
      text: "evaluating derivation 'path:/x#demo'",
    });
  });

  test("counts what is under way", () => {
    expect(fold(download).progress).toEqual({
      phase: "downloading",
      text: "initrd",
      downloaded: 851968,
      downloadTotal: 8949605,
      unpacked: 8192,
      unpackTotal: 31141672,
      paths: 0,
      pathsTotal: 2,
    });
  });

  test("a transfer that ended is complete, whatever its last report said", () => {
    const ended = fold([
      ...download,
      '@nix {"action":"result","fields":[2777088,2781816,0,0],"id":210453397521,"type":105}',
      '@nix {"action":"stop","id":210453397522}',
      '@nix {"action":"stop","id":210453397521}',
      '@nix {"action":"result","fields":[1,2,0,0],"id":210453397514,"type":105}',
    ]);
    expect(ended.progress).toMatchObject({
      phase: "copying",
      downloaded: 2776312,
      unpacked: 2781816,
      paths: 1,
    });
    expect([...ended.log.active.values()].map(({ type }) => type)).toEqual([102, 103, 108]);
  });

  test("builds", () => {
    const { progress, messages } = fold([
      '@nix {"action":"start","id":2,"level":0,"parent":0,"text":"","type":104}',
      `@nix {"action":"start","fields":["/nix/store/${hash}-x.drv","",1,1],"id":180388626440,"level":3,"parent":0,"text":"building '/nix/store/${hash}-x.drv'","type":105}`,
      '@nix {"action":"result","fields":[1,4,1,0],"id":2,"type":105}',
      '@nix {"action":"result","fields":["\\u001b[1mone"],"id":180388626440,"type":101}',
    ]);
    expect(progress).toEqual({ phase: "building", text: "building x: one", builds: 1, buildsTotal: 4 });
    expect(messages).toEqual([
      { kind: "message", text: `building '/nix/store/${hash}-x.drv'` },
      { kind: "build-log", text: "one" },
    ]);
  });

  test("several builds, the one that began first with its last line", () => {
    const started = (id: number, name: string) =>
      `@nix {"action":"start","fields":["/nix/store/${hash}-${name}.drv","",1,1],"id":${id},"level":3,"parent":0,"text":"building","type":105}`;
    const said = (id: number, line: string) =>
      `@nix {"action":"result","fields":["${line}"],"id":${id},"type":101}`;
    const { progress } = fold([
      started(7, "x"),
      started(8, "y"),
      said(7, "one"),
      said(8, "two"),
      said(7, " "),
    ]);
    expect(progress).toEqual({ phase: "building", text: "building x: one", buildsRunning: 2 });
  });

  test("an input of the flake, with what has come of it", () => {
    const lines = [
      '@nix {"action":"start","fields":["https://github.com/a/b.tar.gz"],"id":3,"level":4,"parent":0,"text":"downloading \'https://github.com/a/b.tar.gz\'","type":101}',
      '@nix {"action":"result","fields":[3145728,0,0,0],"id":3,"type":105}',
    ];
    expect(fold(lines).progress).toEqual({
      phase: "evaluating",
      text: "downloading 'https://github.com/a/b.tar.gz', 3.0 MiB",
    });
    expect(fold(lines.slice(0, 1)).progress.text).toBe("downloading 'https://github.com/a/b.tar.gz'");
  });

  test("a server that does not answer is named until bytes come", () => {
    const retrying =
      '@nix {"action":"msg","level":1,"msg":"warning: error: unable to download \'http://10.1.1.1:8080/nar/1kn5.nar.zst\': Could not connect to server (7); retrying in 276 ms"}';
    expect(fold([...download, retrying]).progress.text).toBe("10.1.1.1:8080 does not answer, trying again");
    const resuming = retrying.replace("retrying in", "retrying from offset 851968 in");
    expect(fold([...download, resuming]).progress.text).toBe("10.1.1.1:8080 does not answer, trying again");
    const more = '@nix {"action":"result","fields":[951968,2776312,0,0],"id":210453397522,"type":105}';
    expect(fold([...download, retrying, more]).progress.text).toBe("initrd");
  });

  test("messages, with colours taken away; and lines of git", () => {
    expect(
      fold([
        '@nix {"action":"msg","column":null,"file":null,"level":0,"line":null,"msg":"\\u001b[31;1merror:\\u001b[0m builder failed with exit code 3","raw_msg":"…"}',
        '@nix {"action":"msg","level":1,"msg":"\\u001b[35;1mwarning:\\u001b[0m Git tree is dirty"}',
        '@nix {"action":"msg","level":5,"msg":"checking something"}',
        "ssh: connect to host 192.0.2.1 port 22: Network is unreachable",
        "@nix {broken",
        "",
      ]).messages,
    ).toEqual([
      { kind: "error", text: "error: builder failed with exit code 3" },
      { kind: "warning", text: "warning: Git tree is dirty" },
      { kind: "message", text: "ssh: connect to host 192.0.2.1 port 22: Network is unreachable" },
      { kind: "message", text: "@nix {broken" },
    ]);
  });
});
