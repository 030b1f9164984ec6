import { expect, test } from "vitest";
import { readAnswers } from "../../../tui/answers/load.ts";
import { answerFiles } from "./files.ts";

test.each(answerFiles("test/fixtures/answers/broken"))("$name says what its first lines say", ({ text }) => {
  const expected = text.split("\n").flatMap((line) => /^# (\d.*)/.exec(line)?.[1] ?? []);
  expect(expected.length).toBeGreaterThan(0);
  const { answers, issues } = readAnswers(text, "answers.yaml");
  expect(answers).toBeNull();
  expect(issues.map(({ where, message }) => `${where}: ${message}`)).toEqual(
    expected.map((line) => `answers.yaml:${line}`),
  );
});
