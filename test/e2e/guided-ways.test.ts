import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Vm } from "../../qemu/vm.ts";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { begin, chooseHost, chooseOffer, finish, markDisks } from "./guide.ts";
import { bootFromDisks, directoryOf, firstScreen, isFull, systemLine, withInstaller } from "./harness.ts";

const blank = { size: 8 * GiB };
const timeout = 900_000;

/** Keeps what a person saw, to be looked at. */
async function keep(vm: Vm, name: string, what: string): Promise<void> {
  await vm.serial.waitForQuiet();
  await writeFile(`${directoryOf(name)}/${what}.txt`, vm.serial.screen());
}

test.runIf(isFull).each([
  ["declared", "tank/system/root", "cafe0123"],
  ["disko", "zroot/root", "d15c0123"],
])(
  "a host that describes its disks by itself (%s), by keys alone to the boot from disk",
  async (host, root, hostId) => {
    const name = `guided-${host}`;
    const options = { name, memory: 1536 * MiB, disks: [blank, blank] };
    await withInstaller({ ...options, flake: "ways.tar.gz" }, async (vm) => {
      const { serial } = vm;
      await serial.waitFor(firstScreen);
      serial.press("enter");
      await markDisks(vm, ["DABEI0002"]);
      serial.press("enter");
      await serial.waitFor("Redundancy");
      serial.press("n");
      await chooseOffer(vm);
      await serial.waitFor(/Hosts/, { timeout });
      await keep(vm, name, "hosts");
      await chooseHost(vm, host);
      if (host === "disko") {
        await serial.waitFor(/Which is which\?[\s\S]*> main +vdb .*DABEI0002/);
        await keep(vm, name, "disko");
        serial.press("enter");
      }
      await serial.waitFor("Evaluates with this layout", { timeout });
      await serial.waitFor(/Enter next/);
      await keep(vm, name, "findings");
      serial.press("enter");
      await serial.waitFor("to begin");
      await keep(vm, name, "review");
      expect(serial.screen()).not.toContain("DABEI0001");
      await begin(vm);
      await serial.waitFor(/build system/);
      await keep(vm, name, "progress");
      await serial.waitFor(/is installed|Installation stopped/, { timeout: 1_800_000 });
      await keep(vm, name, "done");
      await finish(vm);
    });
    await bootFromDisks(options, async (vm) => {
      const line = await systemLine(vm);
      expect(line).toContain(`host ${host} generation 1 root ${root} (zfs) hostid ${hostId}`);
      await vm.serial.waitForLog(/fixture ready/);
    });
  },
);
