// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix that must not take it for one
import { expect, test } from "vitest";
import { nixString } from "../../../tui/plan/nix-text.ts";

test.each([
  ["plain", '"plain"'],
  ['a "b" \\c', '"a \\"b\\" \\\\c"'],
  ["${x} $y $${z}", '"\\${x} $y $\\${z}"'],
  ["line\nend\t", '"line\\nend\\t"'],
])("the Nix string of %j", (text, nix) => {
  expect(nixString(text)).toBe(nix);
});
