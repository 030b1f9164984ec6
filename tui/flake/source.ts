import type { Exec } from "../base/exec.ts";
import type { Tree } from "../plan/evaluated.ts";
import { FlakeError } from "./errors.ts";
import type { FlakeFacts } from "./facts.ts";
import { type NixOptions, runNix } from "./nix.ts";

/** Only the fields that are used. Source nix flake metadata --json, nix 2.26. */
interface Metadata {
  /** The source in the store of this system. */
  readonly path: string;
  readonly locked?: { readonly type?: string; readonly url?: string; readonly dir?: string };
}

/** Where a flake comes from: caches that its nixConfig asks for, and its files where only this system has them. */
export async function probeSource(
  reference: string,
  exec: Exec,
  options: NixOptions,
): Promise<Pick<FlakeFacts, "asksFor" | "tree">> {
  const words = ["flake", "metadata", "--json", "--no-write-lock-file", reference];
  const metadata = JSON.parse((await runNix(exec, words, options)).stdout) as Metadata;
  return { asksFor: await askedSubstituters(metadata, exec, options), tree: treeOf(metadata) };
}

/** A path or a repository on a disk of this system: the installed one has neither. */
function treeOf({ path, locked }: Metadata): Tree | null {
  const isHere = locked?.type === "path" || /^(git\+)?file:/.test(locked?.url ?? "");
  return isHere ? { path, dir: locked?.dir ?? "" } : null;
}

async function askedSubstituters(
  { path, locked }: Metadata,
  exec: Exec,
  options: NixOptions,
): Promise<FlakeFacts["asksFor"]> {
  const file = [path, locked?.dir, "flake.nix"].filter(Boolean).join("/");
  // The file lies in the store already. Pure evaluation would not let it be read by its path.
  const expression = `(import ${JSON.stringify(file)}).nixConfig or { }`;
  try {
    const { stdout } = await runNix(exec, ["eval", "--json", "--impure", "--expr", expression], options);
    return pairSubstituters(JSON.parse(stdout));
  } catch (error) {
    if (error instanceof FlakeError) return [];
    throw error;
  }
}

/**
 * Pairs substituters with their keys: by the host name that a key's name begins with, else by their order.
 * nixConfig has lists, or strings with spaces.
 */
export function pairSubstituters(config: Readonly<Record<string, unknown>>): FlakeFacts["asksFor"] {
  const words = (name: string) =>
    [config[name], config[`extra-${name}`]].flatMap((value) =>
      Array.isArray(value)
        ? value.map(String)
        : typeof value === "string"
          ? value.split(/\s+/).filter(Boolean)
          : [],
    );
  const wellKnown = /^https:\/\/cache\.nixos\.org\/?$/;
  const urls = words("substituters").filter((url) => !wellKnown.test(url));
  const keys = words("trusted-public-keys").filter((key) => !key.startsWith("cache.nixos.org-1:"));
  return urls.map((url, index) => {
    const host = /^\w+:\/\/([^/:?]+)/.exec(url)?.[1];
    const named = keys.find((key) => host !== undefined && key.startsWith(host));
    return { url, publicKey: named ?? (keys.length === urls.length ? keys[index]! : null) };
  });
}
