import { createHash } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { fingerprint, startFleet } from "./fleet.ts";
import { bootFromDisks, directoryOf } from "./harness.ts";
import { makeSsh } from "./ssh.ts";
import { installUnattended } from "./unattended.ts";

const passphrase = "kettle-orbit-quartz-93";
const token = "token-of-the-fleet";
const blank = { size: 6 * GiB };

const answers = (report: string) => `version: 1
disks:
  - count: 4
    serial: DABEI*
layout:
  vdev: raidz2
  encryption: native
  passphrase: {credential: pool.passphrase}
flake:
  host: demo
system:
  hostname: node-\${serial}
hooks:
  before:
    - echo "before $DABEI_SERIAL"
    - [sh, -c, 'test "$DABEI_HOOK" = before']
  after:
    - echo "made for $DABEI_HOSTNAME" >"$DABEI_ROOT/etc/made-by-hook"
report:
  url: ${report}/report/\${serial}
  fingerprint: ${fingerprint}
  token: {credential: fleet.token}
onSuccess: stop
`;

test("raidz2 encrypted by a credential, answers by URL, webhook and hooks; the passphrase is nowhere", async () => {
  const name = "unattended-encrypted";
  const fleet = await startFleet();
  onTestFinished(fleet.close);
  const text = answers(fleet.https);
  fleet.files.set("/machines/SN-0042.yaml", text);
  const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
  const machine = { name, memory: 1536 * MiB, disks: [blank, blank, blank, blank] };
  const sha256 = createHash("sha256").update(text).digest("hex");
  let serial = "";
  const events = await installUnattended(
    {
      ...machine,
      ...ssh.options,
      append: `dabei.answers=${fleet.http}/machines/\${serial}.yaml dabei.answers.sha256=${sha256}`,
      firmwareConfig: {
        ...ssh.options.firmwareConfig,
        "opt/io.systemd.credentials/pool.passphrase": `${passphrase}\n`,
        "opt/io.systemd.credentials/fleet.token": token,
      },
      extra: ["-smbios", "type=1,serial=SN-0042"],
    },
    null,
    async (vm) => {
      await vm.events.waitFor("run-started", { timeout: 900_000 });
      await ssh.waitUntilUp();
      await vm.events.waitFor("run-finished", { timeout: 1_800_000 });
      await vm.serial.waitForLog(/installed node-sn-0042/);
      serial = vm.serial.sent();
      for (const secret of [passphrase, token]) {
        // A pattern that does not find itself in the command line of the search.
        const pattern = secret.replace(/.$/, (last) => `[${last}]`);
        const search = [
          `grep -rle '${pattern}' --exclude-dir=secrets /run/dabei /var/log /etc /root /tmp`,
          `cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -e '${pattern}'`,
        ];
        expect((await ssh.run(`{ ${search.join("; ")}; } 2>/dev/null; true`)).stdout).toBe("");
      }
    },
  );
  expect(serial).toMatch(/hooks\.before\[0\]: before SN-0042/);

  const bodies = fleet.reports.map(({ body }) => JSON.parse(body));
  expect(new Set(fleet.reports.map(({ token }) => token))).toEqual(new Set([`Bearer ${token}`]));
  expect(bodies[0]).toMatchObject({
    event: "start",
    hostname: "node-sn-0042",
    machine: { serial: "SN-0042" },
    disks: [1, 2, 3, 4].map((number) => ({ serial: `DABEI000${number}` })),
  });
  expect(bodies.filter(({ event }) => event === "step")).toHaveLength(bodies[0].steps.length);
  expect(bodies.at(-1)).toMatchObject({ event: "end", result: "installed", failure: null });
  for (const told of [serial, JSON.stringify(events), JSON.stringify(fleet.reports.map(({ body }) => body))])
    for (const secret of [passphrase, token]) expect(told).not.toContain(secret);

  await bootFromDisks(machine, async (vm) => {
    await vm.serial.waitForLog(/Enter passphrase/);
    const from = vm.serial.mark();
    for (let goes = 0; goes < 4; goes++) {
      // zfs drops what came between its prompt and its reading.
      vm.serial.type(`${passphrase}\r`);
      if (await vm.serial.waitForLog(/fixture ready/, { from, timeout: 120_000 }).catch(() => null)) break;
    }
    await vm.serial.waitForLog(/fixture system up: .*host node-sn-0042 /);
    const asked = vm.serial.mark();
    vm.serial.type(
      `cat /etc/made-by-hook; grep -rlF ${passphrase.slice(0, 12)} /var/log /etc /root /home; zpool status -x; echo "en""d-of-output"\r`,
    );
    await vm.serial.waitForLog(/end-of-output/, { from: asked });
    const output = vm.serial.sent(asked);
    expect(output).toMatch(/made for node-sn-0042/);
    expect(output).toMatch(/all pools are healthy/);
    expect(output).not.toMatch(/^\/(var|etc|root|home)\//m);
  });
});
