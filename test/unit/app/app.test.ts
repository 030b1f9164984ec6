import { createElement } from "react";
import { describe, expect, test } from "vitest";
import { App } from "../../../tui/app/app.tsx";
import type { Effect } from "../../../tui/app/effect.ts";
import { createStore } from "../../../tui/app/store.ts";
import { machineWith, onZfs } from "../plan/mounted/example.ts";
import { showScreen } from "../screen.ts";
import { atDisks, atLayout, begun, happened, type Played, probed, recorded } from "./driver.ts";

/** The app on a terminal emulator, with effects that are only written down. */
async function running(from: Played) {
  const effects: Effect["do"][] = [];
  const store = createStore(from.model, (effect) => effects.push(effect.do));
  const screen = await showScreen(createElement(App, { store }));
  return Object.assign(screen, { store, effects });
}

const two = recorded("qemu-two-disks");

describe("keys in one chunk, as a slow line or a script sends them", () => {
  test("down, Enter on the start menu takes the second entry", async () => {
    await using app = await running(happened(begun, probed(two)));
    await app.feed("\x1b[B\r");
    expect(await app.text()).toContain("No ZFS pool was found");
  });

  test("four times down, Enter takes the fifth", async () => {
    await using app = await running(happened(begun, probed(two)));
    await app.feed("\x1b[B\x1b[B\x1b[B\x1b[B\r");
    expect(await app.text()).toContain("Power this machine off?");
  });

  test("down, Space, Enter marks the second disk alone", async () => {
    await using app = await running(atDisks(two));
    await app.feed("\x1b[B \r");
    expect(app.store.model().answers.disks).toEqual([two.disks[1]?.path]);
    expect(app.store.model().screen.at).toBe("layout");
  });

  test("down, Enter in an opened field takes the choice below", async () => {
    await using app = await running(atLayout());
    await app.feed("\r\x1b[B\r");
    expect(app.store.model().answers.layout.vdev).toBe("stripe");
  });
});

test("the Enter that chose in a menu is not one for the screen that comes", async () => {
  await using app = await running(happened(begun, probed(machineWith(onZfs))));
  await app.feed("\x1b[B\r");
  expect(app.store.model().screen.at).toBe("mounted");
  await using other = await running(happened(begun, probed(two)));
  await other.feed("\r");
  expect(other.store.model()).toMatchObject({ screen: { at: "disks" }, notice: null });
  await other.feed("\r");
  expect(other.store.model().notice).toContain("Mark at least one disk");
});

test("an arrow key on the disks costs at most 120 bytes on the line", async () => {
  await using app = await running(atDisks(recorded("bios-six-large")));
  for (const key of ["down", "down", "up"]) {
    await app.bytes();
    await app.press(key);
    expect(await app.bytes()).toBeLessThanOrEqual(120);
  }
});

test("a digit does not choose what is not in focus", async () => {
  await using app = await running(happened(begun, probed(two)));
  await app.press("3");
  expect(app.effects).toEqual([]);
  expect(app.store.model().overlay).toBeNull();
});

test("more room is used when the terminal grows", async () => {
  await using app = await running(atLayout());
  await app.resize(100, 40);
  const lines = await app.lines();
  expect(lines).toHaveLength(40);
  expect(lines[39]).toContain("n next");
  expect(app.store.model().size).toEqual({ columns: 100, rows: 40 });
});
