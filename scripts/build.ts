import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { joinAuthorizedKeys } from "../image/authorized-keys.ts";
import { build } from "../image/build.ts";
import { formatDuration, printProgress } from "../image/progress.ts";
import { readAnswers } from "../tui/answers/load.ts";
import { formatBytes } from "../tui/base/bytes.ts";
import { IssuesError, UserError } from "../tui/base/errors.ts";
import { runScript } from "./run.ts";

const help = `Usage: scripts/build [OPTION...]

Builds the image into dist/: vmlinuz, initrd, rootfs.squashfs, initrd-full (both in one file),
nix-dabei-kexec-x86_64.tar.gz (starts it from another Linux: docs/kexec.md) and manifest.json.
Needs no root. The first build compiles the ZFS module (10 to 20 minutes); it is kept in \${XDG_CACHE_HOME:-~/.cache}/nix-dabei.

  --output DIR       where the files go [default: dist]
  --mirror ADDRESS   the Debian mirror's tree, such as https://HOST/debian; its security tree lies beside it
                     [default: $DABEI_MIRROR, then this machine's apt configuration]
  --authorized-key FILE
                     public keys that may log in as root, such as ~/.ssh/id_ed25519.pub; can be given several times
  --answers FILE     an answer file: machines that start this image install by it (docs/unattended.md)
  --flake DIR        a flake that the image offers by itself, without a network
  --relock           when the mirror has no more what the package lock names: renew the lock and go on
  --help             this text
`;

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      output: { type: "string" },
      mirror: { type: "string" },
      "authorized-key": { type: "string", multiple: true, default: [] },
      answers: { type: "string" },
      flake: { type: "string" },
      relock: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const started = performance.now();
  const { output, answers, "authorized-key": keyFiles, ...rest } = values;
  const keys = joinAuthorizedKeys(keyFiles.map((name) => ({ name, text: readText(name) })));
  const { files } = await build({
    ...rest,
    ...(output ? { output } : {}),
    added: {
      ...(keys === "" ? {} : { "etc/ssh/authorized_keys": keys }),
      ...(answers === undefined ? {} : { "etc/dabei/answers.yaml": checkedAnswers(answers) }),
    },
    progress: printProgress(process.stderr),
  });
  for (const [name, { size, sha256 }] of Object.entries(files)) {
    console.log(`${formatBytes(size).padStart(10)}  ${sha256.slice(0, 16)}  ${name}`);
  }
  console.log(`Built in ${formatDuration(performance.now() - started)}.`);
});

/** An answer file, as it is. Throws IssuesError for what a machine would refuse. */
function checkedAnswers(file: string): string {
  const text = readText(file);
  const { answers, issues } = readAnswers(text, file);
  if (!answers) throw new IssuesError(issues);
  return text;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UserError(`${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
