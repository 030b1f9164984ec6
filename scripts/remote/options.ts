import { parseArgs } from "node:util";
import { type Issue, IssuesError } from "../../tui/base/errors.ts";
import type { Target } from "./ssh.ts";

export const help = `Usage: scripts/deploy [OPTION...] [USER@]HOST

Turns a machine that you reach by ssh into a NixOS machine on ZFS: sends nix-dabei there, starts it by kexec, waits until it
is back with the same host key, opens the installer (or follows the installation that the answers describe), and ends
when the installed system answers. Run it again at any time: it goes on where it was.

  --answers FILE     installs by this answer file, without questions (docs/answers.md)
  --flake REF#HOST   offers this flake on the screens, those of an image that runs already too
  --build local      builds the system here and copies it, for machines with too little memory to evaluate (needs nix)
  --append TEXT      more kernel parameters for the installer
  --authorized-key FILE
                     a public key that may log in to the installer too
  --again            forgets what an earlier run for this machine has come to
  --bundle FILE      the kexec bundle [default: dist/nix-dabei-kexec-x86_64.tar.gz]
  --help             this text

HOST, and -p PORT, -i KEY, -l USER, -J JUMP, -F FILE, -o OPTION are ssh's own: ssh_config, agents, jump hosts, IPv6 and other ports
work as they do there. A user who is not root needs sudo or doas without a password.

Exit codes: 0 the installed system answers · 1 refused, with the reason · 2 wrong arguments or answers · 3 the installation
failed · 4 left before an installation ended · 5 another host key than it must be · 6 the machine does not answer · 130 stopped
`;

export interface DeployFlags {
  readonly target: Target;
  readonly answers: string | null;
  readonly flake: string | null;
  readonly buildHere: boolean;
  readonly append: string;
  readonly authorizedKeys: readonly string[];
  readonly again: boolean;
  readonly bundle: string | null;
}

const own = {
  answers: { type: "string" },
  flake: { type: "string" },
  build: { type: "string" },
  append: { type: "string", default: "" },
  "authorized-key": { type: "string", multiple: true, default: [] as string[] },
  again: { type: "boolean", default: false },
  bundle: { type: "string" },
  // ssh's options, which are passed on.
  "ssh-p": { type: "string", short: "p", multiple: true },
  "ssh-i": { type: "string", short: "i", multiple: true },
  "ssh-l": { type: "string", short: "l", multiple: true },
  "ssh-J": { type: "string", short: "J", multiple: true },
  "ssh-F": { type: "string", short: "F", multiple: true },
  "ssh-o": { type: "string", short: "o", multiple: true },
} as const;

/** Reads the command line. Throws IssuesError with all that is wrong, and what parseArgs throws for unknown options. */
export function readDeployFlags(argv: readonly string[]): DeployFlags {
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    tokens: true,
    options: own,
  });
  const options = tokens.flatMap((token) =>
    token.kind === "option" && token.name.startsWith("ssh-")
      ? [`-${token.name.slice(4)}`, token.value ?? ""]
      : [],
  );
  const issues: Issue[] = [];
  const wrong = (where: string, message: string) => issues.push({ where, message, severity: "error" });
  const [destination = ""] = positionals;
  if (positionals.length !== 1)
    wrong(
      "HOST",
      positionals.length === 0
        ? "is missing: scripts/deploy root@host."
        : `is one machine, not ${positionals.join(" and ")}.`,
    );
  const { answers, flake, build, bundle, append, again } = values;
  if (answers !== undefined && flake !== undefined)
    wrong("--flake", "stands in the answer file, when there is one.");
  if (flake !== undefined && !/^[^#\s"]+(#[\w.-]+)?$/.test(flake))
    wrong("--flake", `takes REF#HOST, such as github:me/infra#web1, not "${flake}".`);
  if (build !== undefined && build !== "local" && build !== "remote")
    wrong("--build", `takes local or remote, not "${build}".`);
  if (issues.length > 0) throw new IssuesError(issues);
  return {
    target: { destination, options },
    answers: answers ?? null,
    flake: flake ?? null,
    buildHere: build === "local",
    append,
    authorizedKeys: values["authorized-key"],
    again,
    bundle: bundle ?? null,
  };
}
