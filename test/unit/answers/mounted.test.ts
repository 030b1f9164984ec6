import { describe, expect, test } from "vitest";
import { choicesOf } from "../../../tui/answers/choices.ts";
import { readAnswers } from "../../../tui/answers/load.ts";
import { answersText } from "../../../tui/answers/save.ts";
import { defaultChoices } from "../../../tui/plan/defaults.ts";
import { decide } from "../../../tui/unattended/decide.ts";
import { machineWith, onExt4, onZfs } from "../plan/mounted/example.ts";

const given = { flake: null, substituter: null, hostname: null, authorizedKeys: [] };

function read(text: string) {
  const { answers, issues } = readAnswers(text, "a.yaml");
  if (!answers) throw new Error(`${JSON.stringify(issues)}\n${text}`);
  return answers;
}

function decided(text: string, mounted: typeof onZfs | null = onZfs) {
  const machine = machineWith(mounted, { firmware: "uefi" });
  const drawn = { hostId: "8f2c41aa", guids: machine.disks.map(() => "") };
  return decide(read(text), { machine, drawn, given, hasPassphrase: false });
}

const flake = "flake:\n  reference: github:example/infra\n  host: web1\n";

describe("target: mounted", () => {
  test("needs no disks, and says nothing of a layout", () => {
    const { choices, issues } = decided(`version: 1\ntarget: mounted\n${flake}`);
    expect(issues).toEqual([]);
    expect(choices).toMatchObject({ target: "mounted", disks: [] });
    const saved = answersText(choices, machineWith(onZfs));
    expect(saved).toContain("target: mounted");
    expect(saved).not.toMatch(/^(disks|layout|wipe):/m);
    expect(decided(saved).choices).toMatchObject({ target: "mounted", disks: [] });
  });

  test("with disks is a contradiction, and without a mount an error", () => {
    const both = decided(`version: 1\ntarget: mounted\ndisks: [{ count: 1, serial: DISK1 }]\n${flake}`);
    expect(both.issues.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/Leave out `disks`, or `target`/),
    );
    const none = decided(`version: 1\ntarget: mounted\n${flake}`, null);
    expect(none.issues[0]).toMatchObject({
      where: "target",
      message: expect.stringMatching(/Nothing is mounted/),
    });
    expect(decided(`version: 1\ntarget: mounted\n${flake}`, onExt4).issues).toEqual([]);
  });
});

describe("access to a private flake", () => {
  const host =
    "git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  const begun = `version: 1
secretsInline: true
flake:
  reference: git+ssh://git@git.example.org/infra
  sshKey: { file: /run/keys/deploy }
  sshHostKeys: ["${host}"]
  tokens:
    github.com: ghp_inline
`;

  test("is kept before a host is chosen", () => {
    const machine = machineWith(null);
    const saved = answersText(defaultChoices(machine), machine);
    expect(read(saved).flake).toEqual({ substituters: [] });
  });

  test("is known by name, and written down without what is secret of it", () => {
    const machine = machineWith(null);
    const answers = read(begun);
    const { choices } = choicesOf(answers, machine, defaultChoices(machine));
    expect(choices.flake.access).toEqual({ tokens: ["github.com"], sshKey: true, sshHostKeys: [host] });
    const own = {
      ...choices,
      flake: { ...choices.flake, access: { ...choices.flake.access!, tokens: ["github.com", "gitlab.com"] } },
    };
    const saved = answersText(own, machine, answers);
    expect(saved).not.toContain("ghp_inline");
    expect(read(saved).flake).toMatchObject({
      sshKey: { file: "/run/keys/deploy" },
      sshHostKeys: [host],
      tokens: { "github.com": { ask: true }, "gitlab.com": { ask: true } },
    });
  });
});
