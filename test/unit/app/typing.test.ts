import { expect, test } from "vitest";
import { givenOf } from "../../../tui/answers/given.ts";
import { type InkKey, keyOf } from "../../../tui/app/key.ts";
import { edit, textInput } from "../../../tui/app/text-input.ts";

const none: InkKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageUp: false,
  pageDown: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  tab: false,
  backspace: false,
  delete: false,
  ctrl: false,
  meta: false,
};

test.each<[string, Partial<InkKey>, ReturnType<typeof keyOf>]>([
  ["", { upArrow: true }, { name: "up", text: "" }],
  ["\r", { return: true }, { name: "enter", text: "" }],
  ["c", { ctrl: true }, { name: "ctrl", text: "c" }],
  [" ", {}, { name: "space", text: " " }],
  ["github:a/b", {}, { name: "text", text: "github:a/b" }],
  ["two\nlines", {}, { name: "text", text: "twolines" }],
  ["x", { meta: true }, null],
  ["", {}, null],
])("%j with %j", (input, flags, expected) => {
  expect(keyOf(input, { ...none, ...flags })).toEqual(expected);
});

const typed = (text: string) => ({ name: "text", text }) as const;
const key = (name: "left" | "home" | "end" | "backspace" | "delete" | "space") =>
  ({ name, text: "" }) as const;

test.each([
  ["types at the cursor", [key("left"), typed("x")], "weïxb", 4],
  ["deletes before the cursor", [key("backspace")], "weï", 3],
  ["a whole character, also of two bytes", [key("backspace"), key("backspace")], "we", 2],
  ["deletes at the cursor", [key("home"), key("delete")], "eïb", 0],
  ["empties the line with Ctrl-U", [{ name: "ctrl", text: "u" } as const], "", 0],
  ["goes to both ends", [key("home"), typed("a"), key("end"), typed("z")], "aweïbz", 6],
  ["takes spaces", [key("space")], "weïb ", 5],
] as const)("a line %s", (_, keys, value, cursor) => {
  expect(keys.reduce(edit, textInput("weïb"))).toEqual({ value, cursor });
});

test("what the kernel command line offers", () => {
  const commandLine =
    'console=ttyS0 dabei.flake="github:example/infra" dabei.substituter=http://10.0.2.2/cache dabei.trusted_key=k-1:ab= dabei.hostname=web1\n';
  expect(givenOf(commandLine, "# comment\nssh-ed25519 AAAA me\n\n")).toEqual({
    flake: "github:example/infra",
    substituter: { url: "http://10.0.2.2/cache", publicKey: "k-1:ab=" },
    hostname: "web1",
    authorizedKeys: ["ssh-ed25519 AAAA me"],
  });
});

test("a cache without its key is not offered", () => {
  // What the image brings along is offered where the command line names nothing.
  expect(givenOf("", "", true).flake).toBe("path:/etc/dabei/flake");
  expect(givenOf("dabei.flake=github:a/b", "", true).flake).toBe("github:a/b");
  // What came later goes before what was there at the boot.
  expect(givenOf("dabei.flake=github:a/b dabei.flake=github:c/d#web1\n", "").flake).toBe("github:c/d#web1");
  expect(givenOf("dabei.substituter=http://10.0.2.2/cache", "").substituter).toBeNull();
});
