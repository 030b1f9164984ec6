import { expect, test } from "vitest";
import {
  hostIdProblem,
  hostnameProblem,
  passphraseProblem,
  poolNameProblem,
} from "../../../tui/plan/names.ts";

test.each([
  ["rpool", true],
  ["tank-2.a:b_c", true],
  ["", false],
  ["1st", false],
  ["my pool", false],
  ["pool/a", false],
  ["mirror2", false],
  ["raidz", false],
  ["spare", false],
  ["log", false],
  ["logs", true],
  ["c0t0", false],
  ["a".repeat(65), false],
])("pool %j is a name: %s", (name, isGood) => {
  expect(poolNameProblem(name) === null).toBe(isGood);
});

test.each([
  ["web1", true],
  ["WEB-1", true],
  ["a".repeat(63), true],
  ["a".repeat(64), false],
  ["-web", false],
  ["web.example", false],
  ["", false],
])("host %j is a name: %s", (name, isGood) => {
  expect(hostnameProblem(name) === null).toBe(isGood);
});

test.each([
  ["8f2c41aa", true],
  ["00000000", false],
  ["8F2C41AA", false],
  ["8f2c", false],
])("hostId %j is one: %s", (hostId, isGood) => {
  expect(hostIdProblem(hostId) === null).toBe(isGood);
});

test.each([
  ["correct horse", true],
  ["ünïcödé!", true],
  ["short", false],
  [" eight letters", false],
  ["eight letters ", false],
  ["two\nlines of it", false],
  ["ü".repeat(257), false],
])("passphrase %j can be used: %s", (passphrase, isGood) => {
  expect(passphraseProblem(passphrase) === null).toBe(isGood);
});
