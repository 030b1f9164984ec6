import type { FlakeFacts } from "../flake/facts.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices } from "../plan/choices.ts";
import type { Plan, Substituter } from "../plan/step.ts";
import type { Access } from "./flake-access.ts";

/** What update asks of the world. Interpreted by effects.ts, or by dry-run.ts, which touches nothing. */
export type Effect =
  | { readonly do: "read-boot-parameters" }
  /** `choices` are what stays where nothing was answered earlier. */
  | { readonly do: "load-answers"; readonly machine: Machine; readonly choices: Choices }
  | { readonly do: "probe-machine" }
  | {
      readonly do: "probe-flake";
      readonly question: number;
      readonly reference: string;
      readonly substituters: readonly Substituter[];
    }
  | {
      readonly do: "check-flake";
      readonly question: number;
      readonly machine: Machine;
      readonly choices: Choices;
      readonly facts: FlakeFacts;
    }
  | { readonly do: "scan-host-keys"; readonly question: number; readonly server: string }
  /** A token, a private key or the path of one, or lines of known_hosts. */
  | { readonly do: "give-access"; readonly question: number; readonly access: Access; readonly value: string }
  | { readonly do: "cancel-nix" }
  | {
      readonly do: "save-answers";
      readonly choices: Choices;
      readonly passphrase: string | null;
      readonly machine: Machine;
      readonly isAsked: boolean;
    }
  | { readonly do: "start-engine"; readonly plan: Plan; readonly passphrase: string | null }
  | { readonly do: "retry-run" }
  | { readonly do: "stop-run" }
  | { readonly do: "clear-run" }
  | { readonly do: "open-shell" }
  /** The pool is imported, and what is installed on it entered, in this terminal. */
  | { readonly do: "enter-system"; readonly guid: string | null }
  | { readonly do: "reboot" }
  | { readonly do: "kexec" }
  | { readonly do: "power-off" }
  /** Has the unattended installation let go, as a person is at work here. */
  | { readonly do: "take-over" }
  | { readonly do: "leave" };
