import type { Choices } from "../plan/choices.ts";
import { defaultLayout } from "../plan/defaults.ts";
import { noSystem } from "../plan/system-choices.ts";
import { idle } from "../run/status.ts";
import type { Effect } from "./effect.ts";
import type { Model } from "./model.ts";

const noChoices: Choices = {
  disks: [],
  layout: defaultLayout,
  flake: { reference: "", host: "", substituters: [], zfsVersion: null },
  system: noSystem,
  network: null,
  identity: { diskGuids: [] },
};

/** The start screen, before anything is known of the machine: the first frame must not wait for a probe. */
export function initialModel(options: { version: string; isDryRun?: boolean; now?: number }): Model {
  const now = options.now ?? 0;
  return {
    screen: { at: "start" },
    overlay: null,
    notice: null,
    version: options.version,
    now,
    size: { columns: 80, rows: 24 },
    isDryRun: options.isDryRun ?? false,
    machine: { is: "busy", since: now, text: "looking at the machine" },
    given: { flake: null, substituter: null, hostname: null, authorizedKeys: [] },
    recent: [],
    answers: noChoices,
    asks: null,
    isReading: false,
    passphrase: null,
    decided: [],
    flake: {
      probe: { is: "idle" },
      refused: [],
      preflight: { is: "idle" },
      preflightOf: "",
      hostKeys: { is: "idle" },
    },
    question: 0,
    hostId: "",
    guids: {},
    run: idle,
  };
}

export const initialEffects: readonly Effect[] = [{ do: "read-boot-parameters" }, { do: "probe-machine" }];
