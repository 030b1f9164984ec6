import { readdirSync, readFileSync } from "node:fs";
import type { Effect } from "../../../tui/app/effect.ts";
import { initialModel } from "../../../tui/app/initial.ts";
import type { Key } from "../../../tui/app/key.ts";
import { keyToMessage } from "../../../tui/app/keys.ts";
import type { Message } from "../../../tui/app/message.ts";
import type { Model } from "../../../tui/app/model.ts";
import { update } from "../../../tui/app/update.ts";
import type { Finding, FlakeFacts, HostFacts } from "../../../tui/flake/facts.ts";
import type { Machine } from "../../../tui/machine/machine.ts";
import { generatedWay } from "../../../tui/plan/evaluated.ts";

const directory = new URL("../../fixtures/machines/", import.meta.url);

export const machineNames = readdirSync(directory)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.replace(".json", ""));

export function recorded(name: string): Machine {
  return JSON.parse(readFileSync(new URL(`${name}.json`, directory), "utf8"));
}

/** A model with all that was asked of the world on the way to it. */
export interface Played {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

export const begun: Played = { model: initialModel({ version: "0.1", now: 1000 }), effects: [] };

export function happened(played: Played, ...messages: Message[]): Played {
  return messages.reduce(({ model, effects }, message) => {
    const [next, more] = update(model, message);
    return { model: next, effects: [...effects, ...more] };
  }, played);
}

const named: readonly Key["name"][] = [
  "up",
  "down",
  "left",
  "right",
  "page-up",
  "page-down",
  "home",
  "end",
  "enter",
  "escape",
  "tab",
  "space",
  "backspace",
  "delete",
];

/** Types keys: "down", "enter", "ctrl-c", or text. What means nothing is dropped, as in the app. */
export function type(played: Played, ...keys: string[]): Played {
  return keys.reduce((now, name) => {
    const message = keyToMessage(now.model, keyNamed(name));
    return message ? happened(now, message) : now;
  }, played);
}

function keyNamed(name: string): Key {
  const control = /^ctrl-([a-z])$/.exec(name);
  if (control) return { name: "ctrl", text: control[1] ?? "" };
  const known = named.find((one) => one === name);
  return known ? { name: known, text: known === "space" ? " " : "" } : { name: "text", text: name };
}

/** GUIDs and a hostId that are the same in every test. */
export function probed(machine: Machine): Message {
  const guids = machine.disks.map(
    (_, index) => `d4be10${String(index).padStart(2, "0")}-0000-4000-8000-000000000000`,
  );
  return { is: "machine-probed", machine, drawn: { hostId: "d4be1000", guids } };
}

export function host(name: string, change: Partial<HostFacts> = {}): HostFacts {
  return {
    name,
    system: "x86_64-linux",
    disks: "none",
    hostId: null,
    hostname: name,
    zfsVersion: "2.3.4",
    stateVersion: "26.05",
    bootLoader: null,
    way: generatedWay,
    error: null,
    ...change,
  };
}

export const demoFacts: FlakeFacts = {
  reference: "http://10.0.2.2:8080/demo.tar.gz",
  hosts: [host("demo"), host("web2", { disks: "zfs" }), host("backup", { system: "aarch64-linux" })],
  asksFor: [],
  tree: null,
};

/** At the disks screen of a machine, nothing marked. */
export function atDisks(machine: Machine): Played {
  return happened(begun, probed(machine), { is: "menu-item-chosen", item: "install" });
}

/** At the layout screen of a mirror of two. */
export function atLayout(): Played {
  return type(atDisks(recorded("qemu-two-disks")), "space", "down", "space", "enter");
}

/** At the flake screen with the hosts found. */
export function atHosts(facts: FlakeFacts = demoFacts): Played {
  const asked = type(type(atLayout(), "n"), facts.reference, "enter");
  return happened(asked, { is: "flake-probed", question: asked.model.question, facts });
}

/** At the flake screen with findings that let the person go on. */
export function atFindings(facts: FlakeFacts = demoFacts, more: readonly Finding[] = []): Played {
  const asked = type(atHosts(facts), "enter");
  const preflight = {
    findings: [{ level: "ok" as const, sentence: "Evaluates with this layout (12 s)." }, ...more],
    toplevel: null,
    lock: null,
    download: null,
    unpacked: null,
  };
  return happened(asked, { is: "flake-checked", question: asked.model.question, preflight });
}

export function atReview(): Played {
  return type(atFindings(), "enter");
}

/** What was asked of the world, by name. */
export function asked({ effects }: Played): string[] {
  return effects.map((effect) => effect.do);
}
