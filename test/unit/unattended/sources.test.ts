import { describe, expect, test } from "vitest";
import { type Found, nameOf, sourcesOf } from "../../../tui/unattended/sources.ts";

const nothing: Found = { commandLine: "console=ttyS0 quiet", files: [], devices: [], credentials: [] };
const digest = "a".repeat(64);

describe("sourcesOf", () => {
  test("nothing there", () => {
    expect(sourcesOf(nothing)).toEqual({ sources: [], issues: [] });
  });

  test("all at once: the order that is documented", () => {
    const { sources } = sourcesOf({
      commandLine: `dabei.answers=https://fleet.example.org/\${serial}.yaml`,
      files: ["/etc/dabei/answers.yaml"],
      devices: ["/dev/sdb1"],
      credentials: ["smbios", "fw_cfg"],
    });
    expect(sources.map(nameOf)).toEqual([
      `https://fleet.example.org/\${serial}.yaml`,
      "/etc/dabei/answers.yaml",
      "/dev/sdb1",
      "QEMU's fw_cfg",
      "SMBIOS",
    ]);
  });

  test.each([
    ["https", "dabei.answers=https://a/b", []],
    ["http with its digest", `dabei.answers=http://a/b dabei.answers.sha256=${digest}`, []],
    ["http, and told that it is known", "dabei.answers=http://a/b dabei.answers.insecure", []],
    ["the same as a value", "dabei.answers=http://a/b dabei.answers.insecure=1", []],
    ["http", "dabei.answers=http://a/b", [/Anybody on the way can change/]],
    ["insecure, denied", "dabei.answers=http://a/b dabei.answers.insecure=0", [/Anybody on the way/]],
    ["ftp", "dabei.answers=ftp://a/b", [/neither an http nor an https URL/]],
    ["half a digest", "dabei.answers=https://a dabei.answers.sha256=abc", [/64 hexadecimal digits/]],
    [
      "a pin for plain http",
      `dabei.answers=http://a dabei.answers.insecure dabei.answers.fingerprint=${digest}`,
      [/has no certificate/],
    ],
    [
      "two mistakes",
      "dabei.answers=http://a dabei.answers.fingerprint=x",
      [/Anybody/, /no certificate/, /64 hex/],
    ],
  ])("%s", (_, commandLine, messages) => {
    expect(sourcesOf({ ...nothing, commandLine }).issues.map(({ message }) => message)).toEqual(
      messages.map((message) => expect.stringMatching(message)),
    );
  });

  test("a fingerprint as openssl prints it", () => {
    const printed = `${"AA:".repeat(31)}AA`;
    const { sources } = sourcesOf({
      ...nothing,
      commandLine: `dabei.answers=https://a dabei.answers.fingerprint=${printed}`,
    });
    expect(sources).toEqual([{ from: "url", url: "https://a", sha256: null, fingerprint: digest }]);
  });

  test("the answers themselves", () => {
    const { sources } = sourcesOf({ ...nothing, commandLine: "dabei.answers=KLUv/SAAAA==" });
    expect(sources).toEqual([{ from: "inline", base64: "KLUv/SAAAA==" }]);
  });
});
