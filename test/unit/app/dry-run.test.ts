import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { dryRunEffects } from "../../../tui/app/dry-run.ts";
import { initialEffects, initialModel } from "../../../tui/app/initial.ts";
import { keyToMessage } from "../../../tui/app/keys.ts";
import { createStore } from "../../../tui/app/store.ts";
import { version } from "../../../tui/version.ts";
import { recorded } from "./driver.ts";

test("a dry run goes from the first screen to the last, with a real plan", async () => {
  vi.useFakeTimers();
  const interpret = dryRunEffects(recorded("nvme-server"), () => {});
  const store = createStore(initialModel({ version: "0.1", isDryRun: true }), interpret);
  const press = async (...names: ("space" | "down" | "enter" | "text")[]) => {
    for (const name of names) {
      const text = name === "space" ? " " : name === "text" ? "n" : "";
      const message = keyToMessage(store.model(), { name, text });
      if (message) store.send(message);
      await vi.advanceTimersByTimeAsync(2000);
    }
  };
  store.perform(initialEffects);
  await vi.advanceTimersByTimeAsync(1000);
  store.send({ is: "menu-item-chosen", item: "install" });
  await press("space", "down", "space", "enter", "text", "enter", "text", "enter", "enter");
  expect(store.model().screen.at).toBe("review");
  for (const text of "erase")
    store.send(keyToMessage(store.model(), { name: "text", text }) ?? { is: "clock-ticked" });
  await press("enter");
  expect(store.model().screen.at).toBe("progress");
  await vi.advanceTimersByTimeAsync(120_000);
  expect(store.model().screen.at).toBe("done");
  expect(store.model().run.lines.join("\n")).toContain("zpool create");
  store.close();
  vi.useRealTimers();
});

test("the version is the package's", () => {
  const { version: full } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(full).toMatch(new RegExp(`^${version}(\\.\\d+)?$`));
});
