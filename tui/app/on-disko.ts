import { withHost } from "../flake/chosen-host.ts";
import type { HostFacts } from "../flake/facts.ts";
import type { Disko } from "../plan/evaluated.ts";
import { check } from "./flake-check.ts";
import type { Message } from "./message.ts";
import type { Model, Screen } from "./model.ts";
import { stay, tell, type Updated, within } from "./navigation.ts";

type FlakeScreen = Extract<Screen, { at: "flake" }>;

/** Which of the marked disks stands for which of disko's. Asked even where there is one of each: it will be erased. */
export function askForDisko(model: Model, screen: FlakeScreen, host: HostFacts, way: Disko): Updated {
  const { probe } = model.flake;
  const { disks, flake } = model.answers;
  if (probe.is !== "done") return stay(model);
  const names = way.disks.map(({ name }) => name);
  if (names.length !== disks.length)
    return tell(
      model,
      `disko makes ${names.length} ${names.length === 1 ? "disk" : "disks"} of ${host.name} (${names.join(", ")}), and ${disks.length} ${disks.length === 1 ? "is" : "are"} marked. Go back to the disks with Esc.`,
    );
  // What was said for another host, or of other disks, is worth nothing here.
  const said = Object.entries(flake.diskoDisks ?? {});
  const isOfThese =
    said.length === names.length &&
    said.every(([name, path]) => names.includes(name) && disks.includes(path));
  const { diskoDisks: _, ...rest } = flake;
  const answers = { ...model.answers, flake: isOfThese ? flake : rest };
  return stay({
    ...model,
    answers: withHost(answers, host, probe.value),
    notice: null,
    screen: { ...screen, part: "disko", row: 0 },
  });
}

export function onDisko(model: Model, screen: FlakeScreen, message: Message): Updated {
  const { flake } = model.answers;
  const way = flake.evaluated?.way;
  const { probe } = model.flake;
  const hosts = probe.is === "done" ? probe.value.hosts : [];
  const at = hosts.findIndex(({ name }) => name === flake.host);
  const host = hosts[at];
  if (way?.kind !== "disko" || !host) return stay({ ...model, screen: { ...screen, part: "hosts" } });
  switch (message.is) {
    case "focus-moved":
      return stay({
        ...model,
        screen: { ...screen, row: within(screen.row + message.by, way.disks.length) },
      });
    case "disk-marked":
      return stay({ ...model, answers: withNext(model, way, screen.row) });
    case "went-back":
      return stay({ ...model, screen: { ...screen, part: "hosts", row: at } });
    case "entered":
      return check(model, { ...screen, part: "findings", row: at }, host);
    default:
      return stay(model);
  }
}

/** The next of the marked disks for one name; the name that had it gets the other. */
function withNext({ answers }: Model, way: Disko, row: number): Model["answers"] {
  const { disks, flake } = answers;
  const name = way.disks[row]?.name ?? "";
  const now = { ...flake.diskoDisks };
  const old = now[name] ?? "";
  const next = disks[(disks.indexOf(old) + 1) % disks.length] ?? old;
  const holder = Object.keys(now).find((other) => now[other] === next);
  if (holder !== undefined) now[holder] = old;
  now[name] = next;
  return { ...answers, flake: { ...flake, diskoDisks: now } };
}
