import { expect, test } from "vitest";
import { fillAnswers } from "../../../tui/answers/fill.ts";
import type { Answers } from "../../../tui/answers/schema.ts";
import { recorded } from "../plan/example.ts";

const recordedMachine = recorded("qemu-two-disks");
const machine = {
  ...recordedMachine,
  hostname: "dabei",
  product: { vendor: "ACME", name: "Rack 1/2", serial: "SN 0042", uuid: "4c4c4544-0042" },
};
const mac = machine.network[0]!.mac;
const placeholder = (name: string) => `\${${name}}`;

test("names as host names can have them, URLs as URLs can", () => {
  const answers: Answers = {
    version: 1,
    system: { hostname: `web-${placeholder("serial")}` },
    layout: { pool: `p${placeholder("uuid")}` },
    flake: { reference: `https://a/${placeholder("product")}.tar.gz`, host: placeholder("mac") },
    report: { url: `https://a/${placeholder("serial")}?mac=${placeholder("mac")}` },
  };
  expect(fillAnswers(answers, machine)).toEqual({
    issues: [],
    answers: {
      version: 1,
      system: { hostname: "web-sn-0042" },
      layout: { pool: "p4c4c4544-0042" },
      flake: {
        reference: "https://a/Rack%201%2F2.tar.gz",
        host: mac.replaceAll(":", "-"),
        substituters: undefined,
      },
      report: { url: `https://a/SN%200042?mac=${encodeURIComponent(mac)}` },
    },
  });
});

test("commands keep their own placeholders", () => {
  const answers: Answers = { version: 1, hooks: { before: [`echo ${placeholder("serial")}`] } };
  expect(fillAnswers(answers, machine).answers).toEqual(answers);
});

test("what a machine does not have is said with its field", () => {
  const bare = { ...machine, product: { ...machine.product, serial: "" } };
  const answers: Answers = { version: 1, system: { hostname: `web-${placeholder("serial")}` } };
  expect(fillAnswers(answers, bare).issues).toMatchObject([
    { where: "system.hostname", message: expect.stringContaining("This machine has no serial") },
  ]);
});
