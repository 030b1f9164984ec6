import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { UserError } from "../base/errors.ts";
import type { Exec } from "../base/exec.ts";
import { parsePublicKey } from "../machine/host-keys.ts";
import { publicKeyOf } from "../tools/ssh-keygen.ts";
import { scanHostKeys } from "../tools/ssh-keyscan.ts";
import { stateFiles } from "./state.ts";

/**
 * What private flakes are fetched with. All of it is in RAM, and the secrets go with the end of the installation: see
 * runEngine. nix finds tokens by /etc/nix/nix.conf, ssh the others by /etc/ssh/ssh_config.
 */
function placesOf(directory?: string) {
  const { directory: top, secrets } = stateFiles(directory);
  return { secrets, tokens: `${secrets}/nix.conf`, key: `${secrets}/ssh-key`, known: `${top}/known_hosts` };
}

/**
 * Adds access tokens, by host, to those that are there: they are in no command line and in no environment.
 * Throws UserError for what is no token. Source  nix.conf(5): access-tokens, !include
 */
export function addTokens(tokens: Readonly<Record<string, string>>, directory?: string): void {
  const places = placesOf(directory);
  for (const [host, token] of Object.entries(tokens))
    if (/[\s#]/.test(token) || token === "")
      throw new UserError(`The access token for ${host} has a blank in it, or is empty.`, {
        hint: "Give the token alone, on one line.",
      });
  const all = { ...tokensIn(places.tokens), ...tokens };
  const pairs = Object.entries(all).map(([host, token]) => `${host}=${token}`);
  if (pairs.length > 0) write(places.secrets, places.tokens, `access-tokens = ${pairs.join(" ")}\n`);
}

/**
 * Keeps the private key that git servers are asked with. Line ends may be blanks: that is what becomes of them when it is
 * pasted into a line. Throws UserError for what is none, or has a passphrase.
 */
export async function giveSshKey(text: string, exec: Exec, directory?: string): Promise<void> {
  const { secrets, key } = placesOf(directory);
  const draft = `${key}.new`;
  write(secrets, draft, wholeKey(text));
  const { exitCode } = await exec(publicKeyOf(draft), { accept: [0, 1, 255] });
  if (exitCode === 0) return renameSync(draft, key);
  rmSync(draft, { force: true });
  throw new UserError("That is no private ssh key, or it has a passphrase.", {
    hint: "Give one without a passphrase: a deploy key that may only read, for instance.",
  });
}

/** "-----BEGIN … KEY-----", lines of at most 70 characters, the end. */
function wholeKey(text: string): string {
  const [, kind, body = ""] = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----([\s\S]*?)-----END/.exec(text) ?? [];
  if (!kind) return text.endsWith("\n") ? text : `${text}\n`;
  const lines = body.replace(/\s+/g, "").match(/.{1,70}/g) ?? [];
  return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`, ""].join("\n");
}

/** Believes in host keys: lines of known_hosts. Throws UserError for what is no such line. */
export function trustHostKeys(lines: readonly string[], directory?: string): void {
  const { known } = placesOf(directory);
  for (const line of lines)
    if (!parsePublicKey(line.trim().split(/\s+/).slice(1).join(" ")))
      throw new UserError(`This is no line of known_hosts: ${line}`, {
        hint: "It has the server and its key: git.example.org ssh-ed25519 AAAA…",
      });
  const before = existsSync(known) ? readFileSync(known, "utf8").split("\n").filter(Boolean) : [];
  const all = [...new Set([...before, ...lines.map((line) => line.trim())])];
  mkdirSync(stateFiles(directory).directory, { recursive: true });
  if (all.length > 0) writeFileSync(known, `${all.join("\n")}\n`, { mode: 0o644 });
}

/** A host key that a server shows, not believed yet. */
export interface ShownKey {
  readonly type: string;
  readonly fingerprint: string;
  /** As known_hosts has it. */
  readonly line: string;
}

/** What a git server, "git.example.org" or "[git.example.org]:2222", shows as its host keys. Throws UserError for none. */
export async function shownHostKeys(
  server: string,
  exec: Exec,
  signal?: AbortSignal,
): Promise<readonly ShownKey[]> {
  const lines = await scanHostKeys(server, exec, signal);
  const keys = lines.flatMap((line) => {
    const key = parsePublicKey(line.split(/\s+/).slice(1).join(" "));
    return key ? [{ ...key, line }] : [];
  });
  if (keys.length > 0) return keys.sort((a, b) => a.type.localeCompare(b.type));
  throw new UserError(`${server} shows no ssh host key.`, { hint: "Check the network, then try again." });
}

function tokensIn(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const [, pairs = ""] = /^access-tokens = (.*)$/m.exec(readFileSync(file, "utf8")) ?? [];
  return Object.fromEntries(
    pairs.split(" ").flatMap((pair) => {
      const at = pair.indexOf("=");
      return at > 0 ? [[pair.slice(0, at), pair.slice(at + 1)]] : [];
    }),
  );
}

function write(secrets: string, file: string, text: string): void {
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
  // The mode counts for a new file alone.
  chmodSync(file, 0o600);
}
