import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Answers } from "../../../tui/answers/schema.ts";
import { IssuesError } from "../../../tui/base/errors.ts";
import { askedFields, forEngine, readSecrets } from "../../../tui/unattended/secrets.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dabei-secrets-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const none = new Map<string, string>();

test("a passphrase without the line end of its file; a private key with its own", async () => {
  writeFileSync(join(directory, "passphrase"), "correct horse\n");
  writeFileSync(join(directory, "key"), "-----BEGIN-----\n-----END-----\n");
  const answers: Answers = {
    version: 1,
    layout: { passphrase: { file: join(directory, "passphrase") } },
    system: { hostKeys: { given: [{ file: join(directory, "key") }] } },
  };
  expect(forEngine(await readSecrets(answers, none))).toEqual({
    passphrase: "correct horse",
    named: { "system.hostKeys.given_0_": "-----BEGIN-----\n-----END-----\n" },
  });
});

test("all that are not there at once, by their fields", async () => {
  writeFileSync(join(directory, "empty"), "\n");
  const answers: Answers = {
    version: 1,
    layout: { passphrase: { file: join(directory, "empty") } },
    report: { url: "https://a", token: { file: join(directory, "missing") } },
    flake: { tokens: { "github.com": { ask: true } } },
  };
  const error = await readSecrets(answers, none).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(IssuesError);
  expect((error as IssuesError).issues.map(({ where, message }) => `${where}: ${message}`).sort()).toEqual([
    expect.stringMatching(/^flake\.tokens\.github\.com: It is to be asked for/),
    expect.stringMatching(/^layout\.passphrase: .*is empty/),
    expect.stringMatching(/^report\.token: .*is not there/),
  ]);
  expect(askedFields(answers)).toEqual(["flake.tokens.github.com"]);
});

test("what is known already is not looked for", async () => {
  const answers: Answers = { version: 1, layout: { passphrase: { ask: true } } };
  const known = new Map([["layout.passphrase", "given\n"]]);
  expect(forEngine(await readSecrets(answers, known))).toEqual({ passphrase: "given", named: {} });
});
