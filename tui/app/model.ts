import type { Given } from "../answers/given.ts";
import type { Answers } from "../answers/schema.ts";
import type { FlakeFacts, NixFailure, Preflight } from "../flake/facts.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices } from "../plan/choices.ts";
import type { ShownKey } from "../run/access.ts";
import type { Status } from "../run/status.ts";
import type { Access } from "./flake-access.ts";
import type { TextInput } from "./text-input.ts";

/** All that the screens show. One for each terminal; the installation itself lives in the engine. */
export interface Model {
  readonly screen: Screen;
  /** Drawn over the screen; it gets the keys first. */
  readonly overlay: Overlay | null;
  /** One line for the person, gone at the next key. */
  readonly notice: string | null;
  readonly version: string;
  /** Milliseconds since 1970, set by the store before each message. */
  readonly now: number;
  readonly size: { readonly columns: number; readonly rows: number };
  /** The screen writes nothing anywhere: `npm run dev`. */
  readonly isDryRun: boolean;
  readonly machine: Task<Machine>;
  readonly given: Given;
  /** Flake references used before, newest first. */
  readonly recent: readonly string[];
  readonly answers: Choices;
  /** What a person is asked for; null is all of it. The rest is as an answer file says. */
  readonly asks: readonly Section[] | null;
  /** Answers are there and not known yet: until they are, nobody goes on from the disks. */
  readonly isReading: boolean;
  /** Kept beside the answers, never in them. */
  readonly passphrase: string | null;
  /** Fields the person has set; a default may still change the others. */
  readonly decided: readonly LayoutField[];
  readonly flake: {
    readonly probe: Task<FlakeFacts>;
    /** Caches the flake asks for that were refused. */
    readonly refused: readonly string[];
    readonly preflight: Task<Preflight>;
    /** What the preflight was made for, so that a change of layout makes a new one. */
    readonly preflightOf: string;
    /** What a git server shows, to be believed or not. */
    readonly hostKeys: Task<readonly ShownKey[]>;
  };
  /** Tells replies of a cancelled question to nix from those of the current one. */
  readonly question: number;
  /** Random, for hosts that name none; empty until the machine is known. */
  readonly hostId: string;
  /** Random values by disk path, kept over rescans. */
  readonly guids: Readonly<Record<string, string>>;
  readonly run: Status;
}

/** A section of an answer file that can be left to a person. */
export type Section = NonNullable<Answers["interactive"]>[number];

/** Something asked from the world that takes a while. */
export type Task<T> =
  | { readonly is: "idle" }
  | { readonly is: "busy"; readonly since: number; readonly text: string }
  | { readonly is: "failed"; readonly failure: NixFailure }
  | { readonly is: "done"; readonly value: T };

export type Screen =
  | { readonly at: "start" }
  | { readonly at: "repair" }
  /** What is mounted at /mnt, to be installed into; `row` has the focus. */
  | { readonly at: "mounted"; readonly row: number }
  | { readonly at: "disks"; readonly focus: number; readonly details: boolean }
  | {
      readonly at: "layout";
      readonly page: LayoutPage;
      readonly focus: number;
      readonly open: OpenField | null;
    }
  | {
      readonly at: "flake";
      readonly part: "reference" | "hosts" | "disko" | "findings" | "access";
      readonly input: TextInput;
      /** In "reference": 0 is the field, then the offers. In "hosts": the host. In "disko": one of its names for disks. */
      readonly row: number;
      /** In "findings": the first one that is shown, where there is no room for all. */
      readonly top?: number;
      /** In "access": what is asked for, and what is being typed. */
      readonly access?: Access;
      readonly typed?: TextInput;
    }
  | { readonly at: "review"; readonly typed: TextInput; readonly top: number }
  | { readonly at: "progress" }
  | { readonly at: "failed" }
  | { readonly at: "done" };

/** The second page has what most people never change. */
export type LayoutPage = "main" | "more";

export type LayoutField =
  | "redundancy"
  | "spares"
  | "pool"
  | "hostname"
  | "encryption"
  | "unlock"
  | "swap"
  | "datasets"
  | "bootLoader"
  | "more"
  | "compression"
  | "checksum"
  | "copies"
  | "ashift"
  | "autotrim"
  | "compatibility"
  | "discard"
  | "free"
  | "esp"
  | "arc"
  | "zram";

export type OpenField =
  | { readonly kind: "choices"; readonly field: LayoutField }
  | {
      readonly kind: "text";
      readonly field: LayoutField;
      readonly input: TextInput;
      readonly error: string | null;
    }
  | {
      readonly kind: "passphrase";
      readonly field: "encryption";
      readonly input: TextInput;
      /** Null until the first of the two is entered. */
      readonly first: string | null;
      readonly error: string | null;
    }
  | {
      readonly kind: "datasets";
      readonly field: "datasets";
      readonly row: number;
      /** The line of the row, while it is edited. Behind the last row it is a new one. */
      readonly input: TextInput | null;
      readonly error: string | null;
    };

export type Overlay =
  | { readonly show: "help"; readonly top: number }
  | { readonly show: "text"; readonly title: string; readonly lines: readonly string[]; readonly top: number }
  /** `back` counts lines up from the newest. */
  | { readonly show: "log"; readonly back: number }
  | { readonly show: "question"; readonly about: Question };

export type Question = "leave" | "reboot" | "kexec" | "power-off" | "stop" | "start-over";

/** Everything that can be chosen in a menu, on any screen. */
export type MenuItem =
  | "install"
  | "install-mounted"
  | "repair"
  | "shell"
  | "reboot"
  | "kexec"
  | "power-off"
  | "retry"
  | "log"
  | "start-over"
  | "progress";
