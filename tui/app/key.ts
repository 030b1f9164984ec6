/** One key, whole. "text" carries what was typed or pasted, "ctrl" the letter held with Control. */
export interface Key {
  readonly name:
    | "up"
    | "down"
    | "left"
    | "right"
    | "page-up"
    | "page-down"
    | "home"
    | "end"
    | "enter"
    | "escape"
    | "tab"
    | "space"
    | "backspace"
    | "delete"
    | "ctrl"
    | "text";
  readonly text: string;
}

/** The flags of Ink's useInput that are read here. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
}

const named: readonly [flag: keyof InkKey, name: Key["name"]][] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "page-up"],
  ["pageDown", "page-down"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "delete"],
];

/** Translates what Ink's useInput reports; null for keys that have no meaning here (F-keys, Alt-x). */
export function keyOf(input: string, flags: InkKey): Key | null {
  const match = named.find(([flag]) => flags[flag]);
  if (match) return { name: match[1], text: "" };
  if (flags.ctrl) return { name: "ctrl", text: input };
  if (flags.meta || input === "") return null;
  if (input === " ") return { name: "space", text: " " };
  // Control characters of a paste never reach a field: a line feed in it would split the value.
  const text = [...input].filter((character) => character >= " " && character !== "\u007F").join("");
  return text === "" ? null : { name: "text", text };
}
