/** What a terminal sends for a key, by name. */
const sequences: Readonly<Record<string, string>> = {
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  home: "\x1b[H",
  end: "\x1b[F",
  insert: "\x1b[2~",
  delete: "\x1b[3~",
  "page-up": "\x1b[5~",
  "page-down": "\x1b[6~",
  "shift-tab": "\x1b[Z",
  f1: "\x1bOP",
  f2: "\x1bOQ",
  f3: "\x1bOR",
  f4: "\x1bOS",
  f5: "\x1b[15~",
  f6: "\x1b[17~",
  f7: "\x1b[18~",
  f8: "\x1b[19~",
  f9: "\x1b[20~",
  f10: "\x1b[21~",
  f11: "\x1b[23~",
  f12: "\x1b[24~",
  enter: "\r",
  tab: "\t",
  space: " ",
  esc: "\x1b",
  backspace: "\x7f",
};

/**
 * The bytes a VT100-like terminal sends for a key: a name ("down", "f1"), "ctrl-l", or one character that stands for itself.
 * Throws TypeError for a name it does not know, so that a misspelt key is not typed out.
 */
export function keyBytes(key: string): string {
  const sequence = sequences[key];
  if (sequence !== undefined) return sequence;
  const control = /^ctrl-([a-z])$/.exec(key)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 96);
  if ([...key].length === 1) return key;
  throw new TypeError(`No key is called ${JSON.stringify(key)}; type() sends text`);
}
