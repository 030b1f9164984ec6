import type { Machine } from "../machine/machine.ts";
import type { Choices } from "./choices.ts";
import { homeOf } from "./declared/home.ts";
import type { Step } from "./step.ts";
import type { ExtraFile } from "./system-choices.ts";

/**
 * What a machine gets before its system is activated: secrets that a flake decrypts with the host key, or reads from a
 * file, have to be there by then.
 */
export function stepsBeforeSystem(machine: Machine, choices: Choices, root: string): Step[] {
  const { system } = choices;
  const directory = `${root}${hostKeyDirectory(choices)}`;
  const { hostKeys, files } = system;
  const kept = hostKeys === "keep" && machine.ssh.hostKeys.length > 0 ? hostKeyTypes(machine, system) : null;
  return [
    {
      do: "write-host-keys",
      directory,
      kept,
      given: typeof hostKeys === "string" ? [] : hostKeys.given,
    },
    ...filesStep(
      files.filter((file) => !isOfNamed(file)),
      root,
    ),
  ];
}

/** And after it, when its users and groups exist, and their homes. */
export function stepsAfterSystem({ system }: Choices, root: string): Step[] {
  return filesStep(system.files.filter(isOfNamed), root);
}

function filesStep(files: readonly ExtraFile[], root: string): Step[] {
  return files.length > 0 ? [{ do: "write-files", root, files }] : [];
}

function isOfNamed({ owner, group }: ExtraFile): boolean {
  return isName(owner) || isName(group);
}

/** Which host keys there will be. Of what kind given ones are is in them: the two that NixOS makes are expected. */
export function hostKeyTypes(machine: Machine, { hostKeys }: Choices["system"]): string[] {
  if (typeof hostKeys !== "string") return ["ed25519", "rsa"];
  const types = hostKeys === "keep" ? machine.ssh.hostKeys.map(({ type }) => type.toLowerCase()) : [];
  return types.length > 0 ? types : ["ed25519"];
}

const usual = "/etc/ssh";

/**
 * Where host keys are kept: what is elsewhere on a system whose / does not stay is gone at the next boot. A host may have
 * its sshd look in a place of its own.
 */
export function hostKeyDirectory(choices: Choices): string {
  const own = ownHostKeys(choices).map((path) => path.replace(/\/[^/]*$/, ""));
  return own.find((directory) => directory !== usual) ?? `${homeOf(choices)}${usual}`;
}

/** Whether sshd has to be told where the keys are: it would look in a place that does not stay. */
export function movesHostKeys(choices: Choices): boolean {
  const directory = hostKeyDirectory(choices);
  return directory !== usual && !ownHostKeys(choices).some((path) => path.startsWith(`${directory}/`));
}

function ownHostKeys({ flake }: Choices): readonly string[] {
  const way = flake.evaluated?.way;
  return (way?.kind !== "generated" && way?.hostKeys) || [];
}

/** Whether it has to be looked up in the installed system: root is 0 everywhere. */
export function isName(owner: ExtraFile["owner"]): boolean {
  return typeof owner === "string" && owner !== "root" && !/^\d+$/.test(owner);
}
