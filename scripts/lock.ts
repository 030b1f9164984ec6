import { parseArgs } from "node:util";
import { renewLock } from "../image/lock.ts";
import { printProgress } from "../image/progress.ts";
import { readLock } from "../image/source/index.ts";
import { runScript } from "./run.ts";

const help = `Usage: scripts/lock [--mirror ADDRESS]

Renews image/debian.lock.json: apt solves the packages that image/packages.ts asks for
against a Debian mirror as it is now. Prints what changed. Needs apt; building does not.

  --mirror ADDRESS   the mirror's Debian tree, such as https://HOST/debian; its security
                     tree lies beside it. Default: $DABEI_MIRROR, then this machine's apt.
  --help             this text
`;

await runScript(async () => {
  const { values } = parseArgs({ options: { mirror: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) return process.stdout.write(help);
  const before = await readLock().catch(() => ({ packages: [] }));
  const after = await renewLock({ mirror: values.mirror, progress: printProgress(process.stderr) });
  const named = (packages: typeof after.packages) =>
    new Map(packages.map((entry) => [entry.name, entry.version]));
  const [old, now] = [named([...before.packages]), named(after.packages)];
  for (const name of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [from, to] = [old.get(name), now.get(name)];
    if (from !== to) console.log(`${name}: ${from ?? "(new)"} -> ${to ?? "(gone)"}`);
  }
});
