import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Stands for ssh and the machine behind it. A machine is a list of looks: each look at it takes the next one, the last stays.
 * What comes over the line is run for real where it only handles files.
 */
const program = `#!/bin/bash
cd "$FAKE" || exit 99
words=("$@")
{ printf '%s\\n' "$*" | tr '\\n' '~'; echo; } >>calls
while [ $# -gt 0 ]; do
  case $1 in
    -G) echo "port \${FAKE_PORT:-22}"; exit ;;
    -O) exit ;;
    -o) case $2 in UserKnownHostsFile=*) known=\${2#*=} ;; StrictHostKeyChecking=*) checking=\${checking:-\${2#*=}} ;; esac; shift ;;
    -p | -i | -l | -J | -F) shift ;;
    -*) ;;
    *) break ;;
  esac
  shift
done
destination=$1
shift
number=$(cat number 2>/dev/null || echo 1)
look=looks/$number
key=$(sed -n 's/^key=//p' "$look")
# That of the private key that was sent there.
[ "$key" != SENT ] || key=$(ssh-keygen -y -f sent-host-key | cut -d ' ' -f 1,2)
next() { [ ! -e "looks/$((number + 1))" ] || echo $((number + 1)) >number; }
case $checking in
  # It is gone after it has been asked who it is.
  accept-new) ! grep -q '^passes' "$look" || next; [ -z "$key" ] || echo "nix-dabei $key" >"$known"; exit 255 ;;
  yes) [ -z "$key" ] || grep -qxF "nix-dabei $key" "$known" || { echo 'Host key verification failed.' >&2; exit 255; } ;;
esac
refusal=$(sed -n 's/^refuse=//p' "$look")
case "$*" in
  'exec sh -s')
    cat >/dev/null
    next
    [ -z "$refusal" ] || { echo "$refusal" >&2; exit 255; }
    sed -n "/^key=/!s|^hostkey=SENT|hostkey=$key|; /^key=/!p" "$look"
    echo end=yes
    ;;
  *kexec/run*) cat run-output; exit "$(cat run-code 2>/dev/null || echo 0)" ;;
  */run/nix-dabei-*) umask 077; cat >"sent-\${*##*/run/nix-dabei-}" ;;
  *'COMMAND_LINE=/run/dabei/parameters'*) cat >parameters ;;
  dabei) echo "screens $destination" >>done; exit "$(cat screens-code 2>/dev/null || echo 0)" ;;
  *'nix-dabei follows'*) echo "follow" >>done; cat log ;;
  *'sv up unattended'*) cat >answers-sent ;;
  *reboot*) echo reboot >>done ;;
  *) exec sh -c "$*" ;;
esac
`;

export interface Fake {
  readonly directory: string;
  readonly env: Record<string, string>;
  /** What ssh was called with, a line each. */
  calls(): string[];
  /** What was done there: "screens root@host", "reboot". */
  done(): string[];
  read(name: string): string;
  write(name: string, text: string): void;
}

/** A machine that shows these looks, one after the other; `key` lines say which host key it shows then. */
export function fakeSsh(looks: readonly string[], more: Readonly<Record<string, string>> = {}): Fake {
  const directory = mkdtempSync(join(tmpdir(), "dabei-fake-ssh-"));
  const bin = join(directory, "bin");
  for (const made of [bin, join(directory, "looks"), join(directory, "room")]) mkdirSync(made);
  writeFileSync(join(bin, "ssh"), program);
  chmodSync(join(bin, "ssh"), 0o755);
  for (const [index, look] of looks.entries())
    writeFileSync(
      join(directory, "looks", String(index + 1)),
      `${look.replaceAll("ROOM", join(directory, "room"))}\n`,
    );
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  write("run-output", "nix-dabei: machine will boot into nixos in 6 seconds\n");
  write("log", "nix-dabei 12:00:00 1 of 3 wipe: done in 1 s\n");
  for (const [name, text] of Object.entries(more)) write(name, text);
  const read = (name: string) =>
    existsSync(join(directory, name)) ? readFileSync(join(directory, name), "utf8") : "";
  return {
    directory,
    env: { PATH: `${bin}:${process.env.PATH}`, FAKE: directory },
    calls: () => read("calls").split("\n").filter(Boolean),
    done: () => read("done").split("\n").filter(Boolean),
    read,
    write,
  };
}
