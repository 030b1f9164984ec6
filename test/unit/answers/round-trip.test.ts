import * as fc from "fast-check";
import { expect, test } from "vitest";
import { choicesOf } from "../../../tui/answers/choices.ts";
import { readAnswers } from "../../../tui/answers/load.ts";
import { answersText } from "../../../tui/answers/save.ts";
import type { Answers } from "../../../tui/answers/schema.ts";
import { secretsOf } from "../../../tui/answers/secrets.ts";
import { canChoose } from "../../../tui/machine/describe.ts";
import { defaultChoices } from "../../../tui/plan/defaults.ts";
import type { NetworkChoices } from "../../../tui/plan/network-choices.ts";
import type { SystemChoices } from "../../../tui/plan/system-choices.ts";
import { choicesFor, machineNames, recorded } from "../plan/example.ts";
import { answerFiles } from "./files.ts";

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary);
const line = fc.string({ minLength: 1, maxLength: 20 });
const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const address = fc.oneof(fc.ipV4(), fc.constantFrom("2001:db8::7", "fe80::1%wan"));
const prefixed = fc.constantFrom("203.0.113.7/32", "10.0.0.2/8", "2001:db8::7/64");
const number = fc.integer({ min: 1, max: 9000 });

const route = fc.record({
  destination: fc.constantFrom("default", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"),
  via: maybe(address),
  onlink: fc.boolean(),
  source: maybe(address),
  metric: maybe(fc.nat({ max: 9000 })),
  table: maybe(number),
  mtu: maybe(number),
  leased: fc.boolean(),
});

/** Each has an address, and a VLAN has another interface below it: the rest is refused. */
const network: fc.Arbitrary<NetworkChoices> = fc.record({
  interfaces: fc
    .uniqueArray(
      fc.record({
        name: name.filter((text) => text !== "wan"),
        mac: maybe(fc.constantFrom("52:54:00:12:34:56", "02:00:00:00:00:01")),
        dhcp4: fc.boolean(),
        autoconf6: fc.boolean(),
        addresses: fc.array(fc.record({ address: prefixed, peer: maybe(address), leased: fc.boolean() }), {
          minLength: 1,
          maxLength: 2,
        }),
        routes: fc.array(route, { maxLength: 2 }),
        mtu: maybe(number),
        vlan: maybe(fc.record({ id: fc.integer({ min: 1, max: 4094 }), parent: fc.constant("wan") })),
        bond: fc.constant(null),
      }),
      { selector: (one) => one.name, maxLength: 3 },
    )
    .map((others) => [
      {
        ...{
          name: "wan",
          mac: null,
          dhcp4: true,
          autoconf6: true,
          addresses: [],
          routes: [],
          mtu: null,
          vlan: null,
          bond: {
            ...{ mode: "802.3ad" as const, ports: ["02:00:00:00:00:02", "02:00:00:00:00:03"] },
            ...{ monitor: 100, lacpRate: "fast" as const, hashPolicy: "layer3+4" as const },
          },
        },
      },
      ...others,
    ]),
  rules: fc.array(
    fc.record({
      family: fc.constantFrom(4 as const, 6 as const),
      priority: fc.nat({ max: 32766 }),
      from: maybe(fc.constant("10.0.0.0/8")),
      to: maybe(fc.constant("2001:db8::/32")),
      mark: maybe(fc.nat({ max: 255 })),
      table: number,
    }),
    { maxLength: 2 },
  ),
  dns: fc.record({
    servers: fc.array(address, { maxLength: 2 }),
    search: fc.array(fc.domain(), { maxLength: 2 }),
  }),
});

const system: fc.Arbitrary<SystemChoices> = fc.record({
  hostname: maybe(name),
  hostId: fc.stringMatching(/^[0-9a-f]{8}$/),
  authorizedKeys: fc.array(line, { maxLength: 2 }),
  hostKeys: fc.oneof(
    fc.constantFrom("keep" as const, "new" as const),
    fc.constant({ given: ["system.hostKeys.given_0_", "system.hostKeys.given_1_"] }),
  ),
  files: fc
    .array(
      fc.record({
        path: fc.constantFrom("/etc/role", "/home/eve/a b", "/persist/ü"),
        content: fc.oneof(
          fc.string().map((text) => ({ text })),
          fc.uint8Array().map((bytes) => ({ base64: Buffer.from(bytes).toString("base64") })),
          fc.constant({ secret: "" }),
        ),
        owner: fc.oneof(name, fc.nat({ max: 65535 })),
        group: fc.oneof(name, fc.nat({ max: 65535 })),
        mode: fc.stringMatching(/^[0-7]{4}$/),
      }),
      { maxLength: 3 },
    )
    .map((files) =>
      files.map((file, index) =>
        "secret" in file.content ? { ...file, content: { secret: `system.files_${index}_.secret` } } : file,
      ),
    ),
  firstBoot: maybe(fc.oneof(line, fc.array(fc.string(), { minLength: 1, maxLength: 3 }))),
});

test("system and network come back from the file they were saved in, whatever they are", () => {
  fc.assert(
    fc.property(fc.constantFrom(...machineNames), system, maybe(network), (name, system, network) => {
      const machine = recorded(name);
      const disks = machine.disks.filter(canChoose).map(({ path }) => path);
      const { identity: _, ...chosen } = choicesFor(machine, { disks });
      const choices = { ...chosen, system, network };
      const { answers, issues } = readAnswers(answersText(choices, machine), "answers.yaml");
      expect(issues).toEqual([]);
      const again = choicesOf(answers!, machine, defaultChoices(machine));
      expect(again).toMatchObject({ choices, issues: [] });
      expect(again.choices).toEqual(choices);
    }),
    { numRuns: 400 },
  );
}, 60_000);

const inline: Answers = {
  version: 1,
  secretsInline: true,
  interactive: ["disks"],
  layout: { encryption: "native", passphrase: "s3cret-passphrase" },
  flake: { reference: "github:example/infra", host: "web1", tokens: { "github.com": "s3cret-token" } },
  system: {
    hostKeys: { given: ["s3cret-key", { credential: "key" }] },
    files: [
      { path: "/a", secret: "s3cret-file" },
      { path: "/b", secret: { file: "/run/b" } },
    ],
  },
  hooks: { before: ["true"], onFailure: [["ip", "address"]] },
  report: { url: "https://fleet.example.org", token: "s3cret-report" },
  onSuccess: "kexec",
  onFailure: "shell",
  alreadyInstalled: "reinstall",
};

test("the kept file has every section, and where secrets are, but no secret", () => {
  const machine = recorded("nvme-server");
  const { choices } = choicesOf(inline, machine, choicesFor(machine));
  const text = answersText(choices, machine, inline);
  expect(text).not.toContain("s3cret");
  const { answers, issues } = readAnswers(text, "answers.yaml");
  expect(issues).toEqual([]);
  expect(answers).toMatchObject({
    layout: { passphrase: { ask: true } },
    flake: { tokens: { "github.com": { ask: true } } },
    system: {
      hostKeys: { given: [{ ask: true }, { credential: "key" }] },
      files: [{ secret: { ask: true } }, { secret: { file: "/run/b" } }],
    },
    hooks: inline.hooks,
    report: { url: "https://fleet.example.org", token: { ask: true } },
    ...{ onSuccess: "kexec", onFailure: "shell", alreadyInstalled: "reinstall" },
  });
  expect(answers).not.toHaveProperty("interactive");
  expect(answers).not.toHaveProperty("secretsInline");
});

test.each([...answerFiles("docs/examples"), ...answerFiles("test/fixtures/answers")])(
  "$name: what is kept decides the same",
  ({ text }) => {
    const { answers } = readAnswers(text, "answers.yaml");
    for (const name of machineNames) {
      const machine = recorded(name);
      const { identity: _, ...others } = choicesFor(machine);
      const { choices } = choicesOf(answers!, machine, others);
      // Names are filled in before anything is kept.
      if (JSON.stringify(choices).includes("$" + "{serial}")) continue;
      const kept = readAnswers(answersText(choices, machine, answers), "kept.yaml");
      expect(kept.issues).toEqual([]);
      expect(choicesOf(kept.answers!, machine, defaultChoices(machine)).choices).toEqual(choices);
      const fields = secretsOf(answers!).map(({ path, value }) => [path, value]);
      expect(secretsOf(kept.answers!).map(({ path, value }) => [path, value])).toEqual(fields);
    }
  },
);
