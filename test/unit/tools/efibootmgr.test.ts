import { expect, test } from "vitest";
import { createBootEntry, deleteBootEntry, parseBootEntries } from "../../../tui/tools/efibootmgr.ts";

test("an entry for a partition goes before all others", () => {
  expect(createBootEntry("/dev/vda", 2, "NixOS, disk 1", "\\EFI\\BOOT\\BOOTX64.EFI").join(" ")).toBe(
    "efibootmgr --quiet --create --disk /dev/vda --part 2 --label NixOS, disk 1 --loader \\EFI\\BOOT\\BOOTX64.EFI",
  );
  expect(deleteBootEntry("0003").join(" ")).toBe("efibootmgr --quiet --delete-bootnum --bootnum 0003");
});

test("the firmware's entries are read, with the partition that they name", () => {
  const output = [
    "BootCurrent: 0001",
    "Timeout: 0 seconds",
    "BootOrder: 0003,0000,0001",
    "Boot0000* UiApp\tFvVol(7cb8bdc9-f8eb-4f34-aaea-3ee4af6516a1)/FvFile(462caa21-7614-4503-836e-8ab6f4662331)",
    "Boot0001  UEFI Misc Device\tPciRoot(0x0)/Pci(0x2,0x0)/Pci(0x0,0x0){auto_created_boot_option}",
    "Boot000A* NixOS, disk 1\tHD(2,GPT,A1B2C3D4-0000-4000-8000-000000000002,0x1000,0x200000)/\\EFI\\BOOT\\BOOTX64.EFI",
    "Boot000B* no path",
    "",
  ].join("\n");
  expect(parseBootEntries(output)).toEqual([
    { number: "0000", label: "UiApp", partition: null },
    { number: "0001", label: " UEFI Misc Device".trim(), partition: null },
    { number: "000A", label: "NixOS, disk 1", partition: "a1b2c3d4-0000-4000-8000-000000000002" },
    { number: "000B", label: "no path", partition: null },
  ]);
});
