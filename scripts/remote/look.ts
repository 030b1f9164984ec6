import { UserError } from "../../tui/base/errors.ts";
import type { ImageStatus, Seen } from "./memory.ts";

/**
 * Tells what system this is: POSIX sh, and only what any Linux has. One NAME=VALUE a line.
 * Host keys are what sshd may show; room is where some hundred megabytes can lie, homes before places that may be in RAM.
 */
export const lookScript = `# nix-dabei looks
# The script itself comes by stdin, which sudo would read.
{
. /etc/os-release 2>/dev/null
echo "boot=$(cat /proc/sys/kernel/random/boot_id)"
echo "architecture=$(uname -m)"
echo "name=$PRETTY_NAME"
root=none
if [ "$(id -u)" = 0 ]; then root=
elif sudo -n true 2>/dev/null; then root="sudo -n"
elif doas -n true 2>/dev/null; then root="doas -n"; fi
as=$root
[ "$root" != none ] || as=
# Those that kexec/run takes over; not every system lets everybody read the public half, or has it.
{ ls /etc/ssh/ssh_host_*_key
  $as cat /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf | awk 'tolower($1) == "hostkey" { gsub(/"/, "", $2); print $2 }'
} 2>/dev/null | sort -u | while read -r key; do
  { $as cat "$key.pub" || $as ssh-keygen -y -f "$key"; } </dev/null 2>/dev/null | sed -nE '1s/^((ssh|ecdsa)-[^ ]* [^ ]*).*/hostkey=\\1/p'
done
if [ "$ID/$VARIANT_ID" = nixos/installer ] && command -v dabei >/dev/null; then
  echo "status=$(dabei status --json | jq -c '{ state, hostname, failure, result }')"
  if [ ! -e /run/dabei/unattended.log ]; then echo unattended=none
  elif sv status unattended 2>/dev/null | grep -q ^run; then echo unattended=running
  else echo unattended=ended; fi
  echo end=yes
  exit 0
fi
[ ! -e /var/log/nix-dabei ] || echo installed=yes
[ "$root" = none ] || echo "root=$root"
# And dropbear's keys, where this program is, and where there are none of OpenSSH.
if [ "$root" != none ] && command -v dropbearconvert >/dev/null && ! ls /etc/ssh/ssh_host_*_key >/dev/null 2>&1; then
  for key in /etc/dropbear/dropbear_*_host_key; do
    $root dropbearkey -y -f "$key" 2>/dev/null | sed -nE 's/^((ssh|ecdsa)-[^ ]* [^ ]*).*/hostkey=\\1/p'
  done
fi
for place in "$HOME" /var/tmp /tmp /dev/shm; do
  [ -w "$place" ] || continue
  # A ramfs tells no size: it has what the memory has.
  free=$(df -Pk "$place" | awk 'NR == 2 { print ($2 > 0 ? $4 : 0) }')
  [ "$free" != 0 ] || free=$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)
  echo "room=$free $place"
done
echo end=yes
exit 0
} </dev/null
`;

/** Reads what the script printed; needs at least this many bytes of room. Throws UserError where something else was printed. */
export function readLook(text: string, needed: number): Seen {
  const values = new Map<string, string[]>();
  for (const [, name = "", value = ""] of text.matchAll(/^([a-z]+)=(.*)$/gm))
    values.set(name, [...(values.get(name) ?? []), value]);
  const one = (name: string) => values.get(name)?.at(-1);
  const boot = one("boot");
  if (!boot) throw new UserError(`The machine's answer cannot be read: ${text.trim().slice(0, 500)}`);
  // A machine that goes down ends its programs in the middle of a word.
  if (one("end") !== "yes") return { is: "silent", reason: "it went away while it answered" };
  const hostKeys = values.get("hostkey") ?? [];
  const status = one("status");
  if (status !== undefined) {
    const unattended =
      one("unattended") === "running" ? "running" : one("unattended") === "ended" ? "ended" : "none";
    return { is: "image", boot, hostKeys, status: JSON.parse(status) as ImageStatus, unattended };
  }
  const root = one("root");
  const rooms = (values.get("room") ?? []).map((line) => {
    const [, free = "0", directory = ""] = /^(\d+) (.*)$/.exec(line) ?? [];
    return { directory, free: Number(free) * 1024 };
  });
  return {
    is: "linux",
    boot,
    name: one("name") || "Linux",
    architecture: one("architecture") ?? "",
    asRoot: root === undefined ? null : root.split(" ").filter(Boolean),
    hostKeys,
    isInstalled: one("installed") === "yes",
    room: rooms.find(({ free }) => free >= needed) ?? null,
  };
}

/** What ssh's own failure (exit code 255) means. Source  OpenSSH, sshconnect.c, sshconnect2.c */
export function readRefusal(stderr: string): Seen | { readonly is: "other-key" } {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  // Of a jump host the reason stands before the end of the line to it.
  const last = lines.find((line) => /open failed: /.test(line)) ?? lines.at(-1) ?? "no reason given";
  if (
    lines.some((line) =>
      /Host key verification failed|HOST IDENTIFICATION HAS CHANGED|No \S+ host key is known/.test(line),
    )
  )
    return { is: "other-key" };
  const denied = lines.find((line) => /Permission denied|Too many authentication failures/.test(line));
  return denied ? { is: "closed", reason: denied } : { is: "silent", reason: last };
}
