import { Box, Text } from "ink";
import { machineOf } from "../app/navigation.ts";
import { luksDisksOf, poolsOf, type SeenPool } from "../machine/pools.ts";
import { Busy } from "../widgets/busy.tsx";
import { Choice } from "../widgets/choice.tsx";
import { Frame, type KeyHint } from "../widgets/frame.tsx";
import { useTheme } from "../widgets/theme.tsx";
import type { ScreenProps } from "./props.ts";

export function RepairScreen({ model, send }: ScreenProps) {
  const { symbols } = useTheme();
  const keys: KeyHint[] = [
    [symbols.upDown, "move"],
    ["Enter", "mount it and go in"],
    ["r", "look again"],
    ["Esc", "back"],
    ["?", "help"],
  ];
  const machine = machineOf(model);
  const pools = machine ? poolsOf(machine) : [];
  const encrypted = machine ? luksDisksOf(machine) : [];
  const items = [
    ...pools.map((pool) => ({ key: pool.guid, label: pool.name, value: pool.guid, hint: hintOf(pool) })),
    ...(encrypted.length === 0
      ? []
      : [{ key: "luks", label: "Open what is encrypted (LUKS)", value: null, hint: onDisks(encrypted) }]),
  ];
  return (
    <Frame path={["Repair"]} right="" keys={keys} notice={model.notice}>
      <Box flexDirection="column" paddingLeft={2} paddingBottom={1}>
        {model.machine.is === "busy" && (
          <Busy text={model.machine.text} milliseconds={model.now - model.machine.since} />
        )}
        {machine && <Text>{sentenceOf(pools.length, encrypted.length)}</Text>}
      </Box>
      {items.length > 0 && (
        <Choice
          items={items}
          isFocused={model.overlay === null}
          onSelect={(guid) => send({ is: "pool-chosen", guid })}
        />
      )}
    </Frame>
  );
}

function sentenceOf(pools: number, encrypted: number): string {
  if (pools > 0) return "Pools on the disks of this machine. None is imported before you choose it.";
  if (encrypted > 0)
    return "No ZFS pool is to be seen on the disks of this machine; what is encrypted may hold one.";
  return "No ZFS pool was found on the disks of this machine. The shell has tools for other file systems.";
}

function hintOf({ host, disks }: SeenPool): string {
  return [...(host ? [`last used by ${host}`] : []), onDisks(disks)].join("  ");
}

function onDisks(names: readonly string[]): string {
  return `on ${names.join(", ")}`;
}
