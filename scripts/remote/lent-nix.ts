/** What a call of nix over there becomes here. */
export interface LentCall {
  /** The words after `nix`, for this side. */
  readonly argv: readonly string[];
  /** Directories over there that are flakes, in the order of {0}, {1} … in argv: they are fetched first. */
  readonly flakes: readonly string[];
  /** The store over there that what is built goes to; null where nothing is built, or it is to stay here. */
  readonly store: string | null;
  /** Whether it asks where the source of a flake lies (nix flake metadata). */
  readonly asksForSource: boolean;
}

const commands = new Set(["eval", "build", "flake", "path-info"]);
const flakeCommands = new Set(["metadata", "show", "archive", "lock"]);

/** Words with a value, and how many it takes. Nothing that could write, or run a program, on this side. */
const valued: Readonly<Record<string, number>> = {
  "--extra-experimental-features": 1,
  "--apply": 1,
  "--expr": 1,
  "--log-format": 1,
  "--override-input": 2,
  "--cores": 1,
  "--max-jobs": 1,
  "-j": 1,
};
const plain = new Set([
  ...["--json", "--raw", "--impure", "--dry-run", "--no-link", "--print-out-paths", "--no-write-lock-file"],
  ...[
    "--show-trace",
    "--keep-going",
    "-v",
    "-L",
    "--recursive",
    "--closure-size",
    "--size",
    "-S",
    "-s",
    "-r",
  ],
  ...["--no-update-lock-file", "--no-eval-cache", "--refresh", "--print-build-logs"],
]);
/** Settings of nix that only say where to look, and for how long. */
const settings = new Set([
  ...["accept-flake-config", "connect-timeout", "stalled-download-timeout", "extra-substituters"],
  ...["extra-trusted-public-keys", "substitute", "cores", "max-jobs", "download-attempts"],
]);

const storeFlake = /^\(import "\/nix\/store\/[\w.+?=/-]+\/flake\.nix"\)\.nixConfig or \{ \}$/;

/** Reads the words of a call. Throws an Error for what is not lent: the other machine must not do more here than build. */
export function readCall(words: readonly string[]): LentCall {
  const argv: string[] = [];
  const flakes: string[] = [];
  let command: string | undefined;
  let store: string | null = null;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const values = (count: number) => words.slice(at + 1, at + 1 + count);
    if (word === "--store") {
      const [place = ""] = values(1);
      // A cache is asked from here; what is built goes to a directory over there.
      if (/^https?:/.test(place)) argv.push(word, place);
      else store = place;
      at += 1;
    } else if (word === "--out-link" || word === "-o") {
      throw new Error("a link to what is built is not made from afar");
    } else if (word === "--option") {
      const [name = "", value = ""] = values(2);
      if (!settings.has(name)) throw new Error(`the setting ${name} is not lent`);
      // Whom to trust is asked by the screens, never by nix.
      argv.push(word, name, name === "accept-flake-config" ? "false" : value);
      at += 2;
    } else if (valued[word] !== undefined) {
      argv.push(word, ...values(valued[word]));
      at += valued[word];
    } else if (word.startsWith("-")) {
      if (!plain.has(word)) throw new Error(`the option ${word} is not lent`);
      argv.push(word);
    } else if (command === undefined) {
      if (!commands.has(word)) throw new Error(`nix ${word} is not lent`);
      command = word;
      argv.push(word);
    } else if (command === "flake" && argv.at(-1) === "flake") {
      if (!flakeCommands.has(word)) throw new Error(`nix flake ${word} is not lent`);
      argv.push(word);
    } else {
      argv.push(fetched(word, flakes));
    }
  }
  if (command === undefined) throw new Error("there is no command");
  const expression = argv[argv.indexOf("--expr") + 1] ?? "";
  // Impure expressions can read any file here: the one that the installer asks reads what nix has fetched.
  if ((argv.includes("--impure") || argv.includes("--expr")) && !storeFlake.test(expression))
    throw new Error("impure evaluation is not lent");
  // It writes: into the copy of a flake from over there alone.
  const [, locks] = command === "flake" ? argv.filter((word) => !word.startsWith("-")).slice(-2) : [];
  if (argv.includes("lock") && !locks?.startsWith("path:{"))
    throw new Error("only a flake over there is locked");
  const builds = command === "build" && !argv.includes("--dry-run");
  if (builds && !argv.includes("--no-link")) argv.push("--no-link");
  // Only paths that are asked for are copied, so they must be told.
  if (builds && !argv.includes("--print-out-paths")) argv.push("--print-out-paths");
  const asksForSource = command === "flake" && argv.includes("metadata");
  return { argv, flakes, store: builds ? store : null, asksForSource };
}

/** The store path of a flake that lies on a disk of this side, by what nix flake metadata --json said; null for others. */
export function localSource(metadata: string): string | null {
  const { path, locked } = JSON.parse(metadata) as { path: string; locked?: { type?: string; url?: string } };
  return locked?.type === "path" || /^(git\+)?file:/.test(locked?.url ?? "") ? path : null;
}

/** A flake that lies over there gets the place of its copy. The target and what runs from RAM lie there; all else is known here too. */
function fetched(reference: string, flakes: string[]): string {
  const match = /^(?:path:)?(\/(?:mnt|run|tmp|etc)\/[^#?]*)(.*)$/s.exec(reference);
  if (!match) return reference;
  const [, directory = "", rest = ""] = match;
  const known = flakes.indexOf(directory);
  const index = known >= 0 ? known : flakes.push(directory) - 1;
  return `path:{${index}}${rest}`;
}
