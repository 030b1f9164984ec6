import { expect, test } from "vitest";
import { fillAnswers } from "../../../tui/answers/fill.ts";
import type { Answers } from "../../../tui/answers/schema.ts";
import { recorded } from "../plan/example.ts";

const recordedMachine = recorded("qemu-two-disks");
const machine = {
  ...recordedMachine,
  hostname: "old-name",
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

test.each([
  ["serial", { serial: "To Be Filled By O.E.M." }],
  ["serial", { serial: "Default string" }],
  ["serial", { serial: "0123456789" }],
  ["serial", { serial: "None" }],
  ["serial", { serial: "  " }],
  ["uuid", { uuid: "00000000-0000-0000-0000-000000000000" }],
  ["uuid", { uuid: "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF" }],
  ["product", { name: "System Product Name" }],
])("what firmware says where nobody filled in anything is no %s: %j", (name, product) => {
  const told = { ...machine, product: { ...machine.product, ...product } };
  const { issues } = fillAnswers({ version: 1, system: { hostname: `a${placeholder(name)}` } }, told);
  expect(issues.map(({ where }) => where)).toEqual(["system.hostname"]);
});

test.each(["dabei", "localhost", "(none)"])("a machine called %s has no name", (hostname) => {
  const answers: Answers = { version: 1, system: { hostname: placeholder("hostname") } };
  expect(fillAnswers(answers, { ...machine, hostname }).issues).toHaveLength(1);
});
