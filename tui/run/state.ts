/** Where the screens and the engine meet. */
export interface StateFiles {
  readonly directory: string;
  readonly plan: string;
  readonly journal: string;
  readonly log: string;
  readonly lock: string;
  readonly starting: string;
  readonly secrets: string;
  readonly passphrase: string;
  readonly answers: string;
  /** Store path of the built toplevel, written by build-system for the steps after it. */
  readonly system: string;
}

export const defaultDirectory = "/run/dabei";

/** Names the files of a state directory: a tmpfs, so that none of them outlives the boot. */
export function stateFiles(directory: string = defaultDirectory): StateFiles {
  return {
    directory,
    plan: `${directory}/plan.json`,
    journal: `${directory}/journal.jsonl`,
    log: `${directory}/log`,
    lock: `${directory}/engine.pid`,
    starting: `${directory}/starting.pid`,
    secrets: `${directory}/secrets`,
    passphrase: `${directory}/secrets/passphrase`,
    answers: `${directory}/answers.yaml`,
    system: `${directory}/system`,
  };
}
