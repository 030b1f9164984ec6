import { describe, expect, test } from "vitest";
import { checkAnswers } from "../../../scripts/answers-check.ts";
import { machineNames, recorded } from "../plan/example.ts";
import { answerFiles } from "./files.ts";

const own = answerFiles("test/fixtures/answers");
const examples = answerFiles("docs/examples");
const golden = "../../fixtures/answers/golden";

const check = (text: string, name: string, machine: string) =>
  checkAnswers(text, `${name}.yaml`, { ...recorded(machine), file: `${machine}.json` });

describe("what `scripts/answers check` says, to the last command", () => {
  test.each([
    ["encrypted-raidz2", "bios-six-large"],
    ["impermanent", "qemu-two-disks"],
    ["no-serials", "qemu-no-serial"],
    ["static-network", "nvme-server"],
    ["wipes", "old-zfs-pools"],
    ["no-wipe", "windows-laptop"],
  ])("%s on %s", async (name, machine) => {
    const { lines } = check(own.find((file) => file.name === name)!.text, name, machine);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`${golden}/${name}.${machine}.txt`);
  });
});

test("every answer file on every machine: a plan, or issues with their places; never a throw", async () => {
  const results = [...own, ...examples].flatMap(({ name, text }) =>
    machineNames.map((machine) => {
      const { lines, isGood } = check(text, name, machine);
      const plan = lines.filter((line) => line.startsWith("Plan: "));
      expect(plan).toHaveLength(isGood && !text.includes("interactive") ? 1 : 0);
      const issues = lines.flatMap(
        (line) => /^[\w-]+\.yaml:\d+:\d+: ([\w.[\]]+): (?!warning)/.exec(line)?.[1] ?? [],
      );
      return `${name} on ${machine}: ${plan[0] ?? ""}${issues.join(", ")}`;
    }),
  );
  await expect(`${results.join("\n")}\n`).toMatchFileSnapshot(`${golden}/all.txt`);
});
