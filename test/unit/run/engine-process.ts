import { exec } from "../../../tui/base/exec.ts";
import { runEngine } from "../../../tui/run/engine.ts";

// The engine as its own process, with programs that do no harm: `touch FILE` and `sleep` are what the real ones become.
// DIRECTORY is the state directory; a file there named after a program makes that program fail, or take long.
const directory = process.argv[2]!;

const script = `echo "begin $*"
while [ -e "${directory}/slow-$1" ]; do sleep 0.1; done
if [ -e "${directory}/fail-$1" ]; then echo "$1: refused" >&2; exit 1; fi
echo "$*" >> ${directory}/done`;

process.exitCode = await runEngine({
  directory,
  exec: (argv, options) => exec(["sh", "-c", script, "sh", ...argv], options),
}).catch((error) => {
  console.error(error.message);
  return 1;
});
