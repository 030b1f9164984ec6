import { again, builderFailed, type Rule } from "./rule.ts";

const builtIn = (body: string) => builderFailed.exec(body);

/** "The cache URL", or "The caches URL, URL": each once. */
function namesOf(raw: string, pattern: RegExp): string {
  const urls = [...new Set([...raw.matchAll(pattern)].flatMap(([, url]) => url ?? []))];
  return `The cache${urls.length === 1 ? "" : "s"} ${urls.join(", ")}`;
}

/** Building, and nix in a place where it cannot build. */
export const building: readonly Rule[] = [
  {
    pattern: /a '([^']+)' with features \{.*?\} is required to build '[^']*', but I am a '([^']+)'/,
    sentence: ([, needed, own]) =>
      `The host is made for ${needed}, this machine is ${own}. Choose another host.`,
  },
  {
    where: "anywhere",
    pattern: /unable to download '\w+:\/\/[^']+?\/nix-cache-info'/,
    sentence: (_, { raw, body }) => {
      const name = builtIn(body)?.[1];
      const gone = namesOf(raw, /unable to download '(\w+:\/\/[^']+?)\/nix-cache-info'/g);
      return name ? `${gone} cannot be reached, and building ${name} here instead failed. ${again}` : null;
    },
  },
  {
    where: "anywhere",
    pattern: /ignoring substitute for '[^']*' from '[^']*', as it's not signed/,
    sentence: (_, { raw, body }) => {
      const name = builtIn(body)?.[1];
      const named = namesOf(raw, /ignoring substitute for '[^']*' from '([^']*)', as it's not signed/g);
      const offered = `What ${named.replace("The", "the")} offer${named.startsWith("The caches") ? "" : "s"}`;
      return name
        ? `${offered} is signed by no trusted key, and building ${name} here instead failed. Give the cache's public key.`
        : null;
    },
  },
  {
    pattern: builderFailed,
    sentence: ([, name, how], { body }) => {
      const last = [...body.matchAll(/^\s*> (.*)$/gm)].at(-1)?.[1]?.trim();
      return `Building ${name} ${how!.replace(/^with/, "failed with")}${last ? `: ${last}` : ""}. The log has all it said.`;
    },
  },
  {
    pattern: /cannot allocate memory|out of memory|std::bad_alloc/i,
    sentence: () => "The memory ran out. Give the machine more memory, or add swap.",
  },
  {
    pattern: /interrupted by the user/,
    sentence: () => "nix was stopped. What was fetched is kept.",
  },
  // nix in a place where it cannot build: a fault of the image, told so that it can be reported.
  {
    pattern:
      /cannot pivot old root directory|user namespaces are not enabled|opening pseudoterminal master|specified in 'build-users-group' does not exist/,
    sentence: (_, { body }) =>
      `nix cannot build in this system: ${body.split("\n").at(-1)?.trim()}. This is a bug in nix-dabei.`,
  },
  {
    where: "anywhere",
    pattern: /while calling the 'throw' builtin/,
    sentence: (_, { body }) => `The flake itself stops with: ${body.split("\n")[0]?.trim()}`,
  },
];
