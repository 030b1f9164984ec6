import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "../bundler/bundle.ts";
import { runScript } from "./run.ts";

const top = resolve(import.meta.dirname, "..");
const help = `Usage: npm run dev [-- --machine FILE]

Shows the installer on a recorded machine. Nothing is looked at, nothing is written: layout and plan are real,
nix is not asked, and the installation is played.

  --machine FILE   a machine recorded by \`dabei machine --json\`
                   [default: test/fixtures/machines/nvme-server.json]
`;

await runScript(async () => {
  const { values } = parseArgs({ options: { machine: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) return void process.stdout.write(help);
  const machine = resolve(values.machine ?? `${top}/test/fixtures/machines/nvme-server.json`);
  const directory = `${top}/.cache/dev`;
  await bundle({ entry: `${top}/scripts/dev-screens.ts`, directory });
  // A process of its own: the bundle must be loaded with a clean terminal, as in the image.
  const child = spawn(process.execPath, [`${directory}/dabei.js`, machine], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  process.exitCode = code ?? 1;
});
