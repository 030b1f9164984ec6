import type { Key } from "./key.ts";

/** A line of text being typed. `cursor` counts code points from the left. */
export interface TextInput {
  readonly value: string;
  readonly cursor: number;
}

/** A line with the cursor behind its last character. */
export function textInput(value = ""): TextInput {
  return { value, cursor: [...value].length };
}

/** What a key does to a line: typing, moving, deleting. Keys that mean nothing to it leave it as it is. */
export function edit(input: TextInput, key: Key): TextInput {
  const characters = [...input.value];
  const { cursor } = input;
  const at = (value: readonly string[], position: number): TextInput => ({
    value: value.join(""),
    cursor: Math.max(0, Math.min(position, value.length)),
  });
  if (key.name === "text") {
    const typed = [...key.text];
    return at(characters.toSpliced(cursor, 0, ...typed), cursor + typed.length);
  }
  if (key.name === "space") return at(characters.toSpliced(cursor, 0, " "), cursor + 1);
  if (key.name === "backspace")
    return cursor === 0 ? input : at(characters.toSpliced(cursor - 1, 1), cursor - 1);
  if (key.name === "delete") return at(characters.toSpliced(cursor, 1), cursor);
  if (key.name === "left") return at(characters, cursor - 1);
  if (key.name === "right") return at(characters, cursor + 1);
  if (key.name === "home" || (key.name === "ctrl" && key.text === "a")) return at(characters, 0);
  if (key.name === "end" || (key.name === "ctrl" && key.text === "e"))
    return at(characters, characters.length);
  if (key.name === "ctrl" && key.text === "u") return at(characters.slice(cursor), 0);
  if (key.name === "ctrl" && key.text === "k") return at(characters.slice(0, cursor), cursor);
  return input;
}
