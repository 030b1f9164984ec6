import { UserError } from "../base/errors.ts";
import { probeMounted } from "../machine/mounted.ts";
import { probeMachine } from "../machine/probe.ts";
import { differences, identityOf } from "../plan/identity.ts";
import type { SeenMount, StepOf } from "../plan/step.ts";
import type { StepContext } from "./resume.ts";

/** Whether the disks are still those of the review. Throws UserError where they are not. */
export async function checkDisks({ disks }: StepOf<"check-disks">, { probe }: StepContext): Promise<void> {
  const machine = await probeMachine(probe);
  for (const planned of disks) {
    const now = machine.disks.find(({ path }) => path === planned.path);
    const changed = differences(planned, now && identityOf(now));
    const reason = changed.length > 0 ? `it changed since the review: ${changed.join("; ")}` : now?.inUse;
    if (!reason) continue;
    throw new UserError(`Disk ${planned.path} is left alone, ${reason}.`, {
      hint: "Nothing was written. Start over, and look at the disks again.",
    });
  }
}

/** The same of what is mounted: a shell may have mounted something else since. */
export async function checkMounts(
  { root, mounts }: StepOf<"check-mounts">,
  { probe }: StepContext,
): Promise<void> {
  const now = (await probeMounted(probe, root))?.fileSystems ?? [];
  const words = ({ place, source, type }: SeenMount) => `${source} (${type}) at ${root}${place}`;
  const [before, after] = [mounts.map(words), now.map(words)];
  const gone = before.filter((text) => !after.includes(text));
  const fresh = after.filter((text) => !before.includes(text));
  if (gone.length + fresh.length === 0) return;
  const changes = [...gone.map((text) => `${text} is gone`), ...fresh.map((text) => `${text} is new`)];
  throw new UserError(`What is mounted at ${root} changed since the review: ${changes.join("; ")}.`, {
    hint: "Nothing was written. Start over, and look at it again.",
  });
}
