import { expect, test } from "vitest";
import { ToolError } from "../../../tui/base/errors.ts";
import { addBootEntries } from "../../../tui/run/boot-entries.ts";
import type { StepContext } from "../../../tui/run/resume.ts";

const guid = (end: string) => `a1b2c3d4-0000-4000-8000-0000000${end}`;
const entries = [
  { disk: "/dev/vda", partition: 2, guid: guid("00002"), label: "NixOS, disk 1" },
  { disk: "/dev/vdb", partition: 2, guid: guid("00102"), label: "NixOS, disk 2" },
];

/** Runs the step against a firmware that has these entries; answers what was run, and what was noted. */
async function run(listed: string, failing?: string) {
  const commands: string[] = [];
  const notes: string[] = [];
  const exec = async (argv: readonly string[]) => {
    commands.push(argv.slice(1).join(" "));
    if (failing !== undefined && argv.includes(failing))
      throw new ToolError("efibootmgr failed with exit code 5", {
        argv: [...argv],
        exitCode: 5,
        stdout: "",
        stderr: "",
      });
    return { stdout: listed, stderr: "", exitCode: 0 };
  };
  const recorder = { exec, note: (line: string) => notes.push(line) };
  await addBootEntries({ do: "add-boot-entries", entries }, { recorder } as unknown as StepContext);
  return { commands, notes };
}

const create = (disk: string, label: string) =>
  `--quiet --create --disk ${disk} --part 2 --label ${label} --loader \\EFI\\BOOT\\BOOTX64.EFI`;

test("the first disk's entry is made last, and so is the first", async () => {
  const { commands } = await run("BootOrder: 0000\nBoot0000* UiApp\tFvVol(x)\n");
  expect(commands).toEqual(["", create("/dev/vdb", "NixOS, disk 2"), create("/dev/vda", "NixOS, disk 1")]);
});

test("what is there is left, what leads nowhere of ours is taken out, what is another's stays", async () => {
  const { commands } = await run(
    [
      `Boot0001* NixOS, disk 1\tHD(2,GPT,${guid("00002")},0x1000,0x2000)/\\EFI\\BOOT\\BOOTX64.EFI`,
      `Boot0002* NixOS, disk 2\tHD(2,GPT,${guid("0dead")},0x1000,0x2000)/\\EFI\\BOOT\\BOOTX64.EFI`,
      `Boot0003* Windows Boot Manager\tHD(1,GPT,${guid("0beef")},0x1000,0x2000)/\\EFI\\Microsoft\\Boot\\bootmgfw.efi`,
    ].join("\n"),
  );
  expect(commands).toEqual([
    "",
    "--quiet --delete-bootnum --bootnum 0002",
    create("/dev/vdb", "NixOS, disk 2"),
  ]);
});

test("a firmware that refuses stops nothing", async () => {
  const { notes } = await run("", "--create");
  expect(notes).toEqual(["The firmware takes no boot entry: efibootmgr failed with exit code 5"]);
});
