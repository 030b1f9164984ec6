import { Box, Text, useInput } from "ink";
import { useReducer } from "react";
import { describe, expect, test } from "vitest";
import { Choice } from "../../../tui/widgets/choice.tsx";
import { Frame, useBodySize } from "../../../tui/widgets/frame.tsx";
import { Help } from "../../../tui/widgets/help.tsx";
import { List, visiblePart } from "../../../tui/widgets/list.tsx";
import { ScrollPane } from "../../../tui/widgets/scroll-pane.tsx";
import { PasswordField, TextField } from "../../../tui/widgets/text-field.tsx";
import { showScreen } from "../screen.ts";

const hints = [
  ["↑↓", "move"],
  ["Enter", "next"],
  ["Esc", "back"],
] as const;

const disks = ["nvme0n1", "nvme1n1", "sda", "sdb", "sdc"];

/** A disk list as the app has it: focus in a reducer, Enter reads what the reducer holds. */
function Disks({ chosen }: { chosen: string[] }) {
  const { columns, rows } = useBodySize();
  const [focus, move] = useReducer(
    (at: number, by: number) => Math.max(0, Math.min(disks.length - 1, at + by)),
    0,
  );
  useInput((_, key) => {
    if (key.downArrow) move(1);
    if (key.upArrow) move(-1);
    if (key.return) chosen.push(disks[focus] as string);
  });
  const list = disks.map((name) => ({
    key: name,
    lead: `[ ] ${name}`,
    rest: "894.3 GiB  SAMSUNG MZQL2960  S64GNE0R1   nothing",
    reason: name === "sdb" ? "runs this system" : null,
  }));
  return (
    <Frame path={["Install", "Disks"]} right={{ step: 1, of: 5 }} keys={hints}>
      <List rows={list} focus={focus} height={rows} width={columns} />
    </Frame>
  );
}

describe("frame and list", () => {
  test("fill 80x24", async () => {
    await using screen = await showScreen(<Disks chosen={[]} />);
    expect(await screen.lines()).toHaveLength(24);
    expect(await screen.text()).toMatchInlineSnapshot(`
      "nix-dabei › Install › Disks                                     [1] 2  3  4  5
      ────────────────────────────────────────────────────────────────────────────────
      > [ ] nvme0n1  894.3 GiB  SAMSUNG MZQL2960  S64GNE0R1   nothing
        [ ] nvme1n1  894.3 GiB  SAMSUNG MZQL2960  S64GNE0R1   nothing
        [ ] sda  894.3 GiB  SAMSUNG MZQL2960  S64GNE0R1   nothing
        [ ] sdb  894.3 GiB  SAMSUNG MZQL2960  S64GNE0R1   nothing  runs this system
        [ ] sdc  894.3 GiB  SAMSUNG MZQL2960  S64GNE0R1   nothing















      ────────────────────────────────────────────────────────────────────────────────
       ↑↓ move  Enter next  Esc back"
    `);
  });

  test("ascii is 7-bit", async () => {
    await using screen = await showScreen(<Disks chosen={[]} />, { ascii: true });
    expect(screen.sent()).toMatch(/^[\x08\x0d\x1b -~]*$/);
    expect((await screen.lines())[0]).toMatchInlineSnapshot(
      `"nix-dabei > Install > Disks                                     [1] 2  3  4  5"`,
    );
  });

  test("without colour the focus is still inverse", async () => {
    await using screen = await showScreen(<Disks chosen={[]} />, { noColor: true });
    expect(screen.sent()).toContain("\x1b[7m");
    expect(screen.sent()).not.toMatch(/\x1b\[[\d;]*[349]\d[;m]/);
  });

  test("an arrow key costs few bytes", async () => {
    await using screen = await showScreen(<Disks chosen={[]} />);
    await screen.bytes();
    await screen.press("down");
    expect(await screen.bytes()).toBeLessThanOrEqual(60);
  });

  test("down and Enter in one chunk choose the second", async () => {
    const chosen: string[] = [];
    await using screen = await showScreen(<Disks chosen={chosen} />);
    await screen.feed("\x1b[B\r");
    expect(chosen).toEqual(["nvme1n1"]);
    await screen.feed("\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\r");
    expect(chosen).toEqual(["nvme1n1", "sdc"]);
  });

  test("more room is used, and a resize draws everything", async () => {
    await using screen = await showScreen(<Disks chosen={[]} />);
    await screen.resize(100, 30);
    const lines = await screen.lines();
    expect(lines).toHaveLength(30);
    expect(lines[28]).toBe("─".repeat(100));
  });
});

describe("a list longer than its place", () => {
  test.each([
    [0, 0, { top: 0, size: 4 }],
    [0, 3, { top: 0, size: 4 }],
    [0, 4, { top: 1, size: 4 }],
    [3, 2, { top: 2, size: 4 }],
    [0, 9, { top: 6, size: 4 }],
    [8, -1, { top: 6, size: 4 }],
  ])("top %i, focus %i", (top, focus, part) => {
    expect(visiblePart(top, focus, 10, 5)).toEqual(part);
  });

  test("says how much is hidden", async () => {
    const rows = Array.from({ length: 9 }, (_, index) => ({ key: `${index}`, lead: `disk${index}` }));
    await using screen = await showScreen(<List rows={rows} focus={5} height={4} width={40} />);
    expect(await screen.text()).toMatchInlineSnapshot(`
      "  disk3
        disk4
      > disk5
        3 more above, 3 more below"
    `);
  });
});

describe("choice", () => {
  const items = [
    { label: "Install NixOS on ZFS", value: "install" },
    { label: "Shell", value: "shell" },
    { label: "raidz1", value: "raidz1", reason: "needs 3 disks (2 chosen)" },
  ];

  test("down and Enter in one chunk choose the second", async () => {
    const chosen: string[] = [];
    await using screen = await showScreen(<Choice items={items} onSelect={(value) => chosen.push(value)} />);
    await screen.feed("\x1b[B\r");
    expect(chosen).toEqual(["shell"]);
    expect(await screen.text()).toMatchInlineSnapshot(`
      "  Install NixOS on ZFS
      > Shell
        raidz1  needs 3 disks (2 chosen)"
    `);
  });

  test("what cannot be chosen is not, and a digit chooses nothing else", async () => {
    const chosen: string[] = [];
    await using screen = await showScreen(<Choice items={items} onSelect={(value) => chosen.push(value)} />);
    await screen.feed("2\x1b[B\x1b[B\r");
    expect(chosen).toEqual([]);
  });
});

describe("fields", () => {
  test("text, password, placeholder and error", async () => {
    await using screen = await showScreen(
      <Box flexDirection="column">
        <TextField value="rpool" cursor={5} width={20} error="There is a pool of this name." />
        <TextField value="a long flake reference" cursor={22} width={10} />
        <TextField value="" cursor={0} width={30} placeholder="github:you/infra" />
        <PasswordField value="secret" cursor={6} width={20} />
        <Text>end</Text>
      </Box>,
    );
    expect(await screen.text()).toMatchInlineSnapshot(`
      "rpool_
      ! There is a pool of
       this name.
      reference_
      _ github:you/infra
      ••••••_
      end"
    `);
  });
});

describe("panes", () => {
  test("what a program printed is harmless", async () => {
    const lines = ["\x1b[31;1merror:\x1b[0m no\tsuch attribute\r", "x".repeat(60), "last"];
    await using screen = await showScreen(<ScrollPane lines={lines} top={9} height={4} width={40} />);
    expect(await screen.text()).toMatchInlineSnapshot(`
      "error: no    such attribute
      xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      last
      all 3 lines"
    `);
  });

  test("help", async () => {
    await using screen = await showScreen(
      <Help
        keys={hints}
        paragraphs={["The disks for the pool. Nothing is written to them before the review."]}
        width={40}
      />,
    );
    expect(await screen.text()).toMatchInlineSnapshot(`
      "  ↑↓     move
        Enter  next
        Esc    back

        The disks for the pool. Nothing is
        written to them before the review."
    `);
  });
});
