import type { Given } from "../answers/given.ts";
import type { FlakeFacts, NixFailure, Preflight } from "../flake/facts.ts";
import type { Drawn } from "../machine/draw.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices } from "../plan/choices.ts";
import type { ShownKey } from "../run/access.ts";
import type { Status } from "../run/status.ts";
import type { Key } from "./key.ts";
import type { LayoutField, MenuItem, Section } from "./model.ts";

/** What has happened: a key that means something here, or what an effect found out. */
export type Message =
  | { readonly is: "machine-probed"; readonly machine: Machine; readonly drawn: Drawn }
  | { readonly is: "machine-changed" }
  /** Answers came to light, on a disk for instance, and nobody has begun here. */
  | { readonly is: "unattended-begun" }
  | { readonly is: "machine-probe-failed"; readonly sentence: string }
  | { readonly is: "boot-parameters-read"; readonly given: Given }
  | { readonly is: "answers-found" }
  /** What was found is no answer file. */
  | { readonly is: "answers-useless" }
  | {
      readonly is: "answers-loaded";
      readonly answers: Omit<Choices, "identity">;
      readonly asks: readonly Section[] | null;
      /** Fields that the answers themselves decide, to be kept when the disks change. */
      readonly decided: readonly LayoutField[];
      readonly passphrase: string | null;
    }
  | { readonly is: "answers-saved"; readonly path: string }
  | { readonly is: "flake-probed"; readonly question: number; readonly facts: FlakeFacts }
  | { readonly is: "flake-probe-failed"; readonly question: number; readonly failure: NixFailure }
  | { readonly is: "flake-checked"; readonly question: number; readonly preflight: Preflight }
  | { readonly is: "flake-check-failed"; readonly question: number; readonly failure: NixFailure }
  | { readonly is: "host-keys-shown"; readonly question: number; readonly keys: readonly ShownKey[] }
  | { readonly is: "host-keys-missing"; readonly question: number; readonly failure: NixFailure }
  | { readonly is: "access-given" }
  | { readonly is: "access-asked" }
  | { readonly is: "nix-said"; readonly question: number; readonly text: string }
  | { readonly is: "run-changed"; readonly status: Status }
  | { readonly is: "engine-start-failed"; readonly sentence: string }
  | { readonly is: "effect-failed"; readonly sentence: string }
  | { readonly is: "clock-ticked" }
  | { readonly is: "terminal-resized"; readonly columns: number; readonly rows: number }
  | { readonly is: "menu-item-chosen"; readonly item: MenuItem }
  | { readonly is: "focus-moved"; readonly by: number }
  | { readonly is: "focus-moved-to-end"; readonly end: "first" | "last" }
  | { readonly is: "entered" }
  | { readonly is: "went-back" }
  | { readonly is: "key-typed"; readonly key: Key }
  | { readonly is: "disk-marked" }
  | { readonly is: "rescan-asked" }
  | { readonly is: "details-toggled" }
  | { readonly is: "choice-made"; readonly value: string }
  | { readonly is: "pool-chosen"; readonly guid: string | null }
  | { readonly is: "next-asked" }
  | { readonly is: "edit-asked" }
  | { readonly is: "add-asked" }
  | { readonly is: "remove-asked" }
  | { readonly is: "trust-answered"; readonly isTrusted: boolean }
  | { readonly is: "build-here-asked" }
  | { readonly is: "raw-asked" }
  | { readonly is: "commands-asked" }
  | { readonly is: "save-asked" }
  | { readonly is: "log-asked" }
  | { readonly is: "help-asked" }
  | { readonly is: "stop-asked" }
  | { readonly is: "leave-asked" }
  | { readonly is: "question-answered"; readonly isYes: boolean }
  | { readonly is: "overlay-closed" };
