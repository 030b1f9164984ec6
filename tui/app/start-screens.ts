import { existsSync } from "node:fs";
import type { Machine } from "../machine/machine.ts";
import { stateFiles } from "../run/state.ts";
import type { Session } from "../terminal/session.ts";
import { version } from "../version.ts";
import { realEffects } from "./effects.ts";
import { initialEffects, initialModel } from "./initial.ts";
import type { Model } from "./model.ts";
import { screenOfRun } from "./on-run.ts";
import { runScreens } from "./run-screens.tsx";

/** The screens in the running image: on the installation, if there is one, else at the start. */
export async function startScreens(session: Session): Promise<void> {
  await runScreens({
    session,
    initial: await firstModel(),
    effects: initialEffects,
    interpreter: (leave) => realEffects(session, leave),
    follow: async (send, signal) => {
      const { followRun } = await import("./effects-run.ts");
      const { watchMachine, watchUnattended } = await import("./effects-machine.ts");
      // A console that nobody has touched; a login is somebody's.
      const watched = process.env.DABEI_CONSOLE === "untouched" ? [watchUnattended(send, signal)] : [];
      await Promise.all([followRun(send, signal), watchMachine(send, signal), ...watched]);
    },
  });
}

async function firstModel(): Promise<Model> {
  const model = initialModel({ version, now: Date.now() });
  if (!existsSync(stateFiles().journal)) return model;
  const { readStatus } = await import("../run/client.ts");
  const run = readStatus();
  return { ...model, run, screen: screenOfRun(run) ?? model.screen };
}

/** The screens on a recorded machine: the same program, with effects that touch nothing. */
export async function startDryRun(session: Session, machine: Machine): Promise<void> {
  const { dryRunEffects } = await import("./dry-run.ts");
  await runScreens({
    session,
    initial: initialModel({ version, isDryRun: true, now: Date.now() }),
    effects: initialEffects,
    interpreter: (leave) => dryRunEffects(machine, leave),
    follow: async () => {},
  });
}
