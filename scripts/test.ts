import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const help = `Usage: scripts/test [--full] [unit | image | e2e [NAME]]

Runs the tests, all of them or one part:
  unit        no network, no root, seconds
  image       opens the built files; builds them first if needed
  e2e [NAME]  boots the image in QEMU; NAME is (a part of) a file's name in test/e2e, such as "boot"

  --full      with the end-to-end tests that are left out otherwise, for the time they take

The last line says how many passed and failed. Logs and screens of machines are kept in test/results.
`;

const top = resolve(import.meta.dirname, "..");
const results = join(top, "test/results");
const projects = ["unit", "image", "e2e"];

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** The tests' counts of a vitest run. A file that could not be loaded or prepared counts as a failure. */
function count(report: Report): { passed: number; failed: number; skipped: number } {
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests,
  };
}

/** Runs vitest on this terminal; answers its exit code. */
function vitest(parameters: readonly string[]): Promise<number> {
  const program = join(top, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [program, "run", ...parameters], { cwd: top, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

function usage(problem: string): never {
  process.stderr.write(`${problem}\n\n${help}`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { full: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    return usage((error as Error).message);
  }
}

const { values, positionals } = readArguments();
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
// Tests ask for it themselves: test.runIf(isFull), of the harness.
if (values.full) process.env.DABEI_FULL = "1";
const [part, ...names] = positionals;
if (part !== undefined && !projects.includes(part)) usage(`There is no part of the tests called "${part}".`);
if (names.length > 0 && part !== "e2e" && part !== "unit") usage(`${part} takes no name.`);

await mkdir(results, { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
let isFailed = false;
// A machine under emulation often waits, for its disk or for one of its two CPUs: two side by side leave less of them idle.
const workers = ["--maxWorkers", "2"];
// One part after the other: machines take all there is, and unit tests have short limits.
for (const project of part === undefined ? projects : [part]) {
  const reportFile = join(results, `report-${project}.json`);
  await rm(reportFile, { force: true });
  const reporters = ["--reporter", "default", "--reporter", "json", "--outputFile.json", reportFile];
  const more = project === "e2e" ? workers : [];
  const code = await vitest(["--project", project, ...names, ...reporters, ...more]);
  const report = await readFile(reportFile, "utf8").then(JSON.parse, () => undefined);
  const counts = report ? count(report) : { passed: 0, failed: 0, skipped: 0 };
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  isFailed ||= code !== 0 || counts.failed > 0 || counts.passed === 0;
}
const { passed, failed, skipped } = total;
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exit(isFailed ? 1 : 0);
