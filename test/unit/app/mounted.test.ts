import { describe, expect, test } from "vitest";
import { startItems } from "../../../tui/screens/start.tsx";
import { machineWith, onExt4, onZfs } from "../plan/mounted/example.ts";
import { asked, begun, demoFacts, happened, type Played, probed, type } from "./driver.ts";

const machine = machineWith(onZfs);
const start = happened(begun, probed(machine));
const chosen = happened(start, { is: "menu-item-chosen", item: "install-mounted" });

function atReview(): Played {
  const asked = type(chosen, "enter", "github:example/infra", "enter");
  const hosts = happened(asked, { is: "flake-probed", question: asked.model.question, facts: demoFacts });
  const checking = type(hosts, "enter");
  const preflight = { findings: [], toplevel: null, lock: null, download: null, unpacked: null };
  return type(
    happened(checking, { is: "flake-checked", question: checking.model.question, preflight }),
    "enter",
  );
}

describe("what is mounted at /mnt", () => {
  test("is offered at the start where there is something, and only there", () => {
    const label = "Install into what is mounted at /mnt";
    const labels = ({ model }: Played) => startItems(model).map((item) => item.label);
    expect(labels(start)).toContain(label);
    expect(labels(happened(begun, probed(machineWith(null))))).not.toContain(label);
  });

  test("is looked at, then the flake is asked for: no disks, no layout", () => {
    expect(chosen.model.screen).toEqual({ at: "mounted", row: 0 });
    expect(type(chosen, "enter").model.screen).toMatchObject({ at: "flake", part: "reference" });
    expect(type(chosen, "enter", "escape").model.screen).toEqual({ at: "mounted", row: 0 });
    expect(type(chosen, "escape").model.screen).toEqual({ at: "start" });
  });

  test("a host that runs here is the first in focus", () => {
    const asking = type(chosen, "enter", "github:example/infra", "enter");
    const [demo, web2, backup] = demoFacts.hosts;
    const facts = { ...demoFacts, hosts: [backup!, demo!, web2!] };
    const hosts = happened(asking, { is: "flake-probed", question: asking.model.question, facts });
    expect(hosts.model.screen).toMatchObject({ part: "hosts", row: 1 });
  });

  test("begins with the word install, on a plan that touches no disk", () => {
    const review = atReview();
    expect(review.model.screen).toMatchObject({ at: "review" });
    expect(asked(type(review, "erase", "enter"))).not.toContain("start-engine");
    const begins = type(review, "install", "enter").effects.find((effect) => effect.do === "start-engine");
    expect(begins?.plan.steps.map((step) => step.do)).not.toContain("wipe-disk");
    expect(begins?.plan.steps[0]).toMatchObject({ do: "check-mounts" });
    expect(begins?.passphrase).toBeNull();
  });

  test("a host with disko devices is not asked for disks", () => {
    const way = { kind: "disko" as const, disks: [{ name: "main", device: "/dev/sda" }], pools: ["tank"] };
    const facts = { ...demoFacts, hosts: [{ ...demoFacts.hosts[0]!, disks: "disko" as const, way }] };
    const question = type(chosen, "enter", "github:example/infra", "enter");
    const hosts = happened(question, { is: "flake-probed", question: question.model.question, facts });
    expect(type(hosts, "enter").model.screen).toMatchObject({ part: "findings" });
  });

  test("is looked at again when it changes on the way", () => {
    const changed = happened(atReview(), probed(machineWith(onExt4)));
    expect(changed.model.screen).toEqual({ at: "mounted", row: 0 });
    expect(changed.model.notice).toContain("has changed");
    expect(happened(atReview(), probed(machine)).model.screen).toMatchObject({ at: "review" });
  });

  test("what is wrong with it stops, with the reason", () => {
    const [root, ...rest] = onZfs.fileSystems;
    const readOnly = { ...onZfs, fileSystems: [{ ...root!, options: ["ro"] }, ...rest] };
    const played = happened(begun, probed(machineWith(readOnly)), {
      is: "menu-item-chosen",
      item: "install-mounted",
    });
    const { model } = type(played, "enter");
    expect(model.screen).toMatchObject({ at: "mounted" });
    expect(model.notice).toContain("mount -o remount,rw /mnt");
  });

  test("answers that name it, and leave the flake to a person, are followed by the usual entry", () => {
    const answers = { ...start.model.answers, target: "mounted" as const };
    const loaded = happened(start, {
      is: "answers-loaded",
      ...{ answers, asks: ["flake" as const], decided: [], passphrase: null },
    });
    const { model } = happened(loaded, { is: "menu-item-chosen", item: "install" });
    expect(model.screen).toMatchObject({ at: "flake" });
    expect(model.answers.target).toBe("mounted");
  });

  test("and the usual way wants disks as ever", () => {
    const { model } = happened(type(chosen, "escape"), { is: "menu-item-chosen", item: "install" });
    expect(model.screen).toMatchObject({ at: "disks" });
    expect(model.answers.target).toBeUndefined();
  });
});
