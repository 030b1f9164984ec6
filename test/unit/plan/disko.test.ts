import { describe, expect, test } from "vitest";
import { withHost } from "../../../tui/flake/chosen-host.ts";
import { commandsOf, titleOf, describe as wordsOf } from "../../../tui/plan/describe.ts";
import type { Way } from "../../../tui/plan/evaluated.ts";
import { planOf } from "../../../tui/plan/plan.ts";
import { host } from "../app/driver.ts";
import { choicesFor, recorded } from "./example.ts";

const machine = recorded("qemu-two-disks");
const way: Way = {
  kind: "disko",
  disks: [
    { name: "main", device: "/dev/sda" },
    { name: "data", device: "/dev/sdb" },
  ],
  pools: ["tank", "big"],
};

function planned(change: { disks?: string[]; diskoDisks?: Record<string, string> } = {}) {
  const choices = choicesFor(machine, change.disks ? { disks: change.disks } : {});
  const { diskoDisks } = change;
  const given = diskoDisks ? { ...choices, flake: { ...choices.flake, diskoDisks } } : choices;
  return planOf(machine, withHost(given, host("web1", { disks: "disko", way }), { tree: null }));
}

describe("a host with disko devices", () => {
  test("is installed by its own script, with the chosen disks put in", () => {
    const { plan, issues } = planned();
    expect(issues).toEqual([]);
    expect(plan?.steps.map(titleOf)).toEqual([
      ...[
        // What can fail without a disk comes before the first write.
        "write flake",
        "build disko",
        "check disks",
        "wipe",
        "wipe",
        "set hostId",
        "run disko",
        "write flake",
        "host keys",
        "build system",
      ],
      ...[
        "install system",
        "boot loader",
        "keep records",
        "mark pool",
        "mark pool",
        "export pool",
        "export pool",
      ],
    ]);
    const commands = (plan?.steps ?? [])
      .filter((step) => step.do === "build-disko" || step.do === "run-disko")
      .flatMap((step) => commandsOf(step))
      .map((command) => command.join(" "));
    const built = String.raw`path:/run/dabei/disko#nixosConfigurations\."web1"\.config\.system\.build`;
    expect(commands[0]).toMatch(
      new RegExp(
        `^nix .*build --out-link /run/dabei/disko-script ${built}\\.diskoScript ${built}\\.mountScript$`,
      ),
    );
    expect(commands[1]).toBe("env DISKO_SKIP_SWAP=1 /run/dabei/disko-script");
    const flake = plan?.steps.find((step) => step.do === "write-flake");
    expect(flake && wordsOf(flake)).toBe("/run/dabei/disko: flake.nix, dabei.nix");
    const module = flake?.files.find(({ name }) => name === "dabei.nix")?.text;
    for (const [name, disk] of [
      ["main", machine.disks[0]],
      ["data", machine.disks[1]],
    ] as const)
      expect(module).toContain(
        `disko.devices.disk."${name}".device = lib.mkOverride 10 "${disk?.byId[0] ?? disk?.byPath[0]}";`,
      );
    expect(module).not.toMatch(/fileSystems|grub/);
  });

  test("which disk stands for which can be said", () => {
    const { plan } = planned({ diskoDisks: { main: "/dev/vdb", data: "/dev/vda" } });
    const files = plan?.steps.find((step) => step.do === "write-flake")?.files;
    const second = machine.disks[1];
    expect(files?.[1]?.text).toContain(
      `"main".device = lib.mkOverride 10 "${second?.byId[0] ?? second?.byPath[0]}"`,
    );
  });

  test.each<[string, Parameters<typeof planned>[0], string]>([
    [
      "too few disks",
      { disks: ["/dev/vda"] },
      "The host's disko devices name a disk data, and no disk stands for it.",
    ],
    [
      "a name that is not there",
      { diskoDisks: { main: "/dev/vda", data: "/dev/vdb", third: "/dev/vdc" } },
      "There is no disk third in disko.devices: they are main, data.",
    ],
    [
      "one disk twice",
      { diskoDisks: { main: "/dev/vda", data: "/dev/vda" } },
      "Disk /dev/vda stands for data and for another.",
    ],
    [
      "a disk that is not there",
      { diskoDisks: { main: "/dev/vda", data: "/dev/vdz" } },
      "Disk /dev/vdz, which stands for data, cannot be used: it is not in this machine. Choose another.",
    ],
  ])("%s", (_name, change, sentence) => {
    const { plan, issues } = planned(change);
    expect(plan).toBeNull();
    expect(issues.map(({ message }) => message)).toContain(sentence);
  });

  test("a disk that stands for nothing is not wiped", () => {
    const one: Way = { ...way, disks: [{ name: "main", device: "/dev/sda" }] };
    const choices = withHost(choicesFor(machine), host("web1", { way: one }), { tree: null });
    const { plan, issues } = planOf(machine, choices);
    expect(plan).toBeNull();
    expect(issues[0]?.message).toBe("Disk /dev/vdb stands for none of disko's (main). Do not choose it.");
  });
});
