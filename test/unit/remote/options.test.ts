import { describe, expect, test } from "vitest";
import { readDeployFlags } from "../../../scripts/remote/options.ts";
import { asRootUser, fingerprintOf } from "../../../scripts/remote/ssh.ts";
import { progressText } from "../../../scripts/remote/upload.ts";
import { MiB } from "../../../tui/base/bytes.ts";

describe("scripts/deploy's command line", () => {
  test("hands ssh's options on in their order", () => {
    const flags = readDeployFlags([
      "-p",
      "2222",
      "-o",
      "A=b",
      "-J",
      "jump",
      "me@2001:db8::7",
      "-i",
      "key",
      "-oC=d",
    ]);
    expect(flags.target).toEqual({
      destination: "me@2001:db8::7",
      options: ["-p", "2222", "-o", "A=b", "-J", "jump", "-i", "key", "-o", "C=d"],
    });
  });

  test("has all of its own", () => {
    const argv =
      "root@h --flake github:me/infra#web1 --build local --append a=b --authorized-key k --again --bundle b.tar.gz";
    expect(readDeployFlags(argv.split(" "))).toMatchObject({
      ...{
        flake: "github:me/infra#web1",
        buildHere: true,
        append: "a=b",
        authorizedKeys: ["k"],
        again: true,
        bundle: "b.tar.gz",
      },
    });
  });

  test("tells all that is wrong at once", () => {
    expect(() => readDeployFlags(["--flake", "a b", "--answers", "x", "--build", "there"])).toThrow(
      /HOST: is missing[\s\S]*--flake: stands in[\s\S]*--flake: takes REF#HOST[\s\S]*--build: takes local/,
    );
    expect(() => readDeployFlags(["one", "two"])).toThrow("is one machine");
  });

  test.each([
    ["host", "root@host"],
    ["me@host", "root@host"],
    ["me@2001:db8::7", "root@2001:db8::7"],
    ["ssh://me@host:2222", "ssh://root@host:2222"],
    ["a@b@host", "root@host"],
  ])("the image's root at %s is %s", (destination, expected) => {
    expect(asRootUser(destination)).toBe(expected);
  });

  test("a fingerprint is ssh's", () => {
    const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
    // github.com publishes both.
    expect(fingerprintOf(key)).toBe("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
  });

  test("progress has bytes, rate and time", () => {
    expect(progressText(10 * MiB, 100 * MiB, 2000)).toBe("10.0 MiB of 100.0 MiB, 5.0 MiB/s, 0:18 left");
    expect(progressText(0, MiB, 10)).toBe("0 B of 1.0 MiB");
  });
});
