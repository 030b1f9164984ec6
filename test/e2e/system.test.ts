import { expect, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { bootFromDisks } from "./harness.ts";
import { installUnattended } from "./unattended.ts";

const machine = { name: "system", memory: 1536 * MiB, disks: [{ size: 6 * GiB }] };

/** What the first boot tells on the serial line: files with their owners, and the host key that the network will see. */
const tell = [
  'echo "first boot: $(cat /etc/role)',
  "$(stat -c %U:%G:%a /home/demo/.config/token) $(stat -c %U:%a /home/demo)",
  '$(ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub)" > /dev/ttyS0',
].join(" ");

const answers = `version: 1
disks:
  - count: 1
flake:
  host: demo
system:
  hostname: web7
  hostKeys: keep
  files:
    - path: /etc/role
      content: web server
    - path: /home/demo/.config/token
      content: abc
      owner: demo
      group: users
      mode: "0600"
  firstBoot: |
    ${tell}
`;

test("a system with files, the host key of the live system, and a command that runs at the first boot alone", async () => {
  const events = await installUnattended({ ...machine, keepDisks: true }, answers);
  const finished = events.find(({ event }) => event === "run-finished") as unknown as {
    result: { hostKeys: string[] };
  };
  const [fingerprint] = finished.result.hostKeys.flatMap((key) => /SHA256:\S+/.exec(key) ?? []);
  await bootFromDisks({ ...machine, keepDisks: true }, async (vm) => {
    const [said] = await vm.serial.waitForLog(/first boot: [^\n]+\n/);
    expect(said).toContain(`first boot: web server demo:users:600 demo:700 256 ${fingerprint}`);
    await vm.serial.waitForLog(/fixture unit: dabei-first-boot succeeded/);
    await vm.serial.waitForLog(/fixture system up: host web7 /);
    await vm.serial.waitForLog(/fixture ready/);
  });
  await bootFromDisks(machine, async (vm) => {
    await vm.serial.waitForLog(/fixture ready/);
    expect(vm.serial.sent()).not.toContain("first boot:");
    expect(vm.serial.sent()).not.toContain("dabei-first-boot");
  });
});
