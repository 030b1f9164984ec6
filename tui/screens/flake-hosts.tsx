import { Box, Text } from "ink";
import { hostReason } from "../app/flake-trust.ts";
import type { Model, Screen } from "../app/model.ts";
import type { FlakeFacts, HostFacts } from "../flake/facts.ts";
import { useBodySize } from "../widgets/frame.tsx";
import { List } from "../widgets/list.tsx";
import { columnsOf, restOf } from "../widgets/text.ts";
import { Labelled } from "./labelled.tsx";

type FlakeView = Extract<Screen, { at: "flake" }>;

/** Lines that the hosts take. */
export function hostRows({ hosts }: FlakeFacts, { part }: FlakeView): number {
  return Math.max(1, Math.min(hosts.length, part === "hosts" ? 9 : 5));
}

/** The hosts that nix found, with what each declares. */
export function Hosts({
  model,
  facts,
  screen,
}: {
  readonly model: Model;
  readonly facts: FlakeFacts;
  readonly screen: FlakeView;
}) {
  const { columns } = useBodySize();
  if (facts.hosts.length === 0)
    return (
      <Labelled label="Hosts" width={7}>
        <Text>The flake has no nixosConfigurations. e edits the reference.</Text>
      </Labelled>
    );
  const cells = columnsOf(
    facts.hosts.map((host) => [host.name, host.system ?? "", declares(model, host)]),
    [{ min: 8 }, {}, { min: 20 }],
    columns - 12,
  );
  const isHere = screen.part === "hosts";
  const chosen = facts.hosts.findIndex(({ name }) => name === model.answers.flake.host);
  return (
    <Labelled label="Hosts" width={7}>
      <Box flexDirection="column">
        <List
          rows={facts.hosts.map((host, index) => ({
            key: host.name,
            lead: (cells[index]?.[0] ?? host.name).trimEnd(),
            rest: restOf(cells[index] ?? []),
            reason: hostReason(model, host) === null ? null : "",
          }))}
          focus={isHere ? screen.row : chosen}
          height={hostRows(facts, screen)}
          width={columns - 10}
        />
      </Box>
    </Labelled>
  );
}

/** And where somebody has mounted them. */
const mountedTexts: Record<HostFacts["disks"], string> = {
  none: "declares no file systems: gets those at /mnt",
  zfs: "file systems on ZFS: compared with /mnt",
  other: "file systems: compared with /mnt",
  disko: "disko devices: compared with /mnt, not run",
  unknown: "tells nothing of its file systems",
};

/** What a host declares of its disks, and what follows from it. */
export function declares(model: Model, host: HostFacts): string {
  if (host.error) return "cannot be evaluated";
  const reason = hostReason(model, host);
  if (reason !== null) return "cannot run here";
  if (model.answers.target === "mounted") return mountedTexts[host.disks];
  const texts: Record<HostFacts["disks"], string> = {
    none: "declares no file systems: layout is added",
    zfs: "file systems on ZFS: disks made to fit",
    other: "file systems that are not on ZFS",
    disko: "disko devices: its script makes the disks",
    unknown: "tells nothing of its file systems",
  };
  return texts[host.disks];
}
