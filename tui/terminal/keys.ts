/** What stands at the head of the input: a whole key, nothing of interest, a terminal's reply, pasted text, or the start of something. */
export type Token =
  | { readonly is: "key"; readonly key: string; readonly length: number }
  | { readonly is: "reply"; readonly text: string; readonly length: number }
  | { readonly is: "paste"; readonly text: string; readonly length: number }
  | { readonly is: "nothing"; readonly length: number }
  /** More bytes are needed. A lone ESC may be the Escape key; anything longer is a sequence still on its way. */
  | { readonly is: "partial"; readonly escapeKey: boolean };

const ESC = "\x1b";
const pasteStart = `${ESC}[200~`;
const pasteEnd = `${ESC}[201~`;
const pasteLimit = 65_536;
const stringLimit = 4096;

// Keys are named, everything else that starts with ESC is swallowed: replies, mouse and focus reports never become text.
const editingKeys = /^(?:(?:1(?:;\d+)?)?[ABCDHFPQS]|Z|(?:[1-8]|1[1-57-9]|2[0134])(?:;\d+)?~)$/;
const linuxFunctionKeys = /^\[[A-E]$/;
const cursorReport = /^\d+;\d+R$/;
const keypad = "ABCDHFPQRS";

/**
 * Reads the first key off the input, as ECMA-48 (CSI, SS3, OSC, DCS) and the xterm, vt220 and linux terminals write them.
 * Never answers a piece of an escape sequence as text. CR LF, LF and the keypad's Enter are all Enter.
 */
export function nextToken(input: string): Token {
  const first = input[0];
  if (first === undefined) return { is: "partial", escapeKey: false };
  if (first === ESC) return escapeToken(input);
  if (first === "\r") {
    return { is: "key", key: "\r", length: input[1] === "\n" ? 2 : 1 };
  }
  if (first === "\n") return { is: "key", key: "\r", length: 1 };
  const key = String.fromCodePoint(input.codePointAt(0) as number);
  // NUL is line noise or a break; U+FFFD is what was no UTF-8; C1 controls are no keys.
  if (key === "\0" || key === "\ufffd" || /[\x80-\x9f]/.test(key))
    return { is: "nothing", length: key.length };
  return { is: "key", key, length: key.length };
}

function escapeToken(input: string): Token {
  const second = input[1];
  if (second === undefined) return { is: "partial", escapeKey: true };
  if (second === "[") return controlSequence(input);
  if (second === "O") return singleShift(input);
  if ("]P_^X".includes(second)) return controlString(input);
  // Escape followed by another key: two keys. Alt has no meaning here, and a script may send both at once.
  return { is: "key", key: ESC, length: 1 };
}

function controlSequence(input: string): Token {
  if (input.startsWith(pasteStart)) return paste(input);
  const linux = input[2] === "[";
  let end = linux ? 3 : 2;
  while (end < input.length && /[\x20-\x3f]/.test(input[end] as string)) end++;
  const final = input[end];
  if (final === undefined) return { is: "partial", escapeKey: false };
  // A broken sequence: what came so far is dropped, the offending character is read afresh.
  if (!/[\x40-\x7e]/.test(final)) return { is: "nothing", length: end };
  const body = input.slice(2, end + 1);
  const length = end + 1;
  if (editingKeys.test(body) || linuxFunctionKeys.test(body))
    return { is: "key", key: `${ESC}[${body}`, length };
  if (cursorReport.test(body)) return { is: "reply", text: body, length };
  return { is: "nothing", length };
}

function singleShift(input: string): Token {
  const final = input[2];
  if (final === undefined) return { is: "partial", escapeKey: false };
  if (final === "M") return { is: "key", key: "\r", length: 3 };
  if (keypad.includes(final)) return { is: "key", key: `${ESC}O${final}`, length: 3 };
  return { is: "nothing", length: final < " " ? 2 : 3 };
}

/** OSC, DCS and their like: replies to questions that some program asked. They end with BEL or ESC \. */
function controlString(input: string): Token {
  const match = /^\x1b[^\x07\x1b]*(?:\x07|\x1b\\)/.exec(input.slice(0, stringLimit));
  if (match) return { is: "nothing", length: match[0].length };
  if (input.length >= stringLimit) return { is: "nothing", length: stringLimit };
  return { is: "partial", escapeKey: false };
}

/** Bracketed paste: one piece of text. Its line ends must not press Enter, so they become spaces; the last one goes. */
function paste(input: string): Token {
  const end = input.indexOf(pasteEnd);
  if (end < 0 && input.length < pasteLimit) return { is: "partial", escapeKey: false };
  const stop = end < 0 ? input.length : end;
  return {
    is: "paste",
    text: plainText(input.slice(pasteStart.length, stop)),
    length: end < 0 ? stop : end + pasteEnd.length,
  };
}

/** Text that can be put into a one-line field. */
export function plainText(text: string): string {
  return text
    .replace(/[\r\n]+$/, "")
    .replace(/[\r\n\t]+/g, " ")
    .replace(/\p{Control}/gu, "");
}
