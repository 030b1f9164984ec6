/** A program and its arguments, as exec takes them. Never a shell's text, never a secret. */
export type Command = string[];

/** Turns { ashift: "12" } into ["-o", "ashift=12"], in the order given. */
export function settings(flag: string, properties: Readonly<Record<string, string>>): string[] {
  return Object.entries(properties).flatMap(([name, value]) => [flag, `${name}=${value}`]);
}
