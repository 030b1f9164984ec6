/** Writes a Nix string, with everything escaped that means something inside one. Source Nix manual, string literals. */
export function nixString(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, "\\$&")
    .replaceAll("${", "\\${")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return `"${escaped}"`;
}

/** A list on one line, `[ "a" "b" ]`. */
export function nixStrings(values: readonly string[]): string {
  return values.length === 0 ? "[ ]" : `[ ${values.map(nixString).join(" ")} ]`;
}

/** Every line that is not empty two columns further in. */
export function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
