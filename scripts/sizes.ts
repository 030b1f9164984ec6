import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { imageParts } from "../image/parts.ts";
import { printProgress } from "../image/progress.ts";
import { packageSizes } from "../image/sizes.ts";
import { readLock } from "../image/source/index.ts";
import { type Bytes, formatBytes } from "../tui/base/bytes.ts";
import { UserError } from "../tui/base/errors.ts";
import { runScript } from "./run.ts";

const help = `Usage: scripts/sizes [NAME...]

A table of the built image by package: its share of the squashfs (estimated), its size unpacked, and why it is in.
With names, only the packages whose name contains one of them: "why is perl in there?" is scripts/sizes perl.
`;

await runScript(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h" } },
  });
  if (values.help) return void process.stdout.write(help);
  const squashfs = resolve(import.meta.dirname, "../dist/rootfs.squashfs");
  const { size: total } = await stat(squashfs).catch(() => {
    throw new UserError("There is no image yet.", { hint: "Build it with scripts/build." });
  });
  const lock = await readLock();
  const scratch = await mkdtemp(join(tmpdir(), "dabei-sizes-"));
  try {
    const parts = await imageParts({ lock, progress: printProgress(process.stderr) }, scratch);
    const rows = await packageSizes(parts, lock, total);
    const shown = rows.filter(
      ({ name }) => positionals.length === 0 || positionals.some((it) => name.includes(it)),
    );
    if (shown.length === 0)
      return console.log(`Nothing in the image is called so: ${positionals.join(", ")}`);
    const line = (packed: Bytes, unpacked: Bytes, files: number, name: string, why: string) =>
      console.log(
        `${formatBytes(packed).padStart(10)} ${formatBytes(unpacked).padStart(10)} ${String(files).padStart(5)}  ${name.padEnd(26)} ${why}`,
      );
    console.log("compressed   unpacked files  package                    why");
    for (const row of shown) line(row.compressed, row.unpacked, row.files, row.name, row.why);
    const sum = (pick: (row: (typeof rows)[number]) => number) =>
      shown.reduce((all, row) => all + pick(row), 0);
    line(
      sum((row) => row.compressed),
      sum((row) => row.unpacked),
      sum((row) => row.files),
      "in all",
      "",
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
});
