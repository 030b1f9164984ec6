import { Box, Text } from "ink";
import { machineOf } from "../app/navigation.ts";
import { poolsOf, type SeenPool } from "../machine/pools.ts";
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
  return (
    <Frame path={["Repair"]} right="" keys={keys} notice={model.notice}>
      <Box flexDirection="column" paddingLeft={2} paddingBottom={1}>
        {model.machine.is === "busy" && (
          <Busy text={model.machine.text} milliseconds={model.now - model.machine.since} />
        )}
        {machine && (
          <Text>
            {pools.length === 0
              ? "No ZFS pool was found on the disks of this machine. The shell has tools for other file systems."
              : "Pools on the disks of this machine. None is imported before you choose it."}
          </Text>
        )}
      </Box>
      {pools.length > 0 && (
        <Choice
          items={pools.map((pool) => ({
            key: pool.guid,
            label: pool.name,
            value: pool.guid,
            hint: hintOf(pool),
          }))}
          isFocused={model.overlay === null}
          onSelect={(guid) => send({ is: "pool-chosen", guid })}
        />
      )}
    </Frame>
  );
}

function hintOf({ host, disks }: SeenPool): string {
  return [...(host ? [`last used by ${host}`] : []), `on ${disks.join(", ")}`].join("  ");
}
