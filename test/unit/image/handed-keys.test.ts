import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { exec } from "../../../tui/base/exec.ts";

const script = resolve(import.meta.dirname, "../../../image/rootfs/usr/lib/dabei/authorized-keys");
const credential = "ssh.authorized_keys.root";

interface Given {
  readonly there?: string;
  readonly commandLine?: string;
  readonly builtIn?: string;
  readonly fwCfg?: string;
  /** SMBIOS type 11 strings. */
  readonly oem?: readonly string[];
}

/** What the script makes of files that stand in for /proc and /sys. */
async function gathered({ there = "", commandLine = "", builtIn, fwCfg, oem }: Given): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), "dabei-keys-"));
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  put("cmdline", `console=ttyS0 ${commandLine}\n`);
  if (builtIn !== undefined) put("built-in", builtIn);
  if (fwCfg !== undefined) put(`qemu_fw_cfg/by_name/opt/io.systemd.credentials/${credential}/raw`, fwCfg);
  if (oem)
    put("dmi/entries/11-0/raw", `\x0b\x05\x00\x01${oem.length}${oem.map((it) => `${it}\0`).join("")}\0`);
  const env = { COMMAND_LINE: join(root, "cmdline"), FIRMWARE: root, BUILT_IN: join(root, "built-in") };
  const { stdout } = await exec(["sh", script], { env, input: there });
  return stdout.split("\n").filter(Boolean);
}

const key = (name: string) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${name} ${name}@example`;
const base64 = (text: string) => Buffer.from(text).toString("base64");

test.each<[string, Given]>([
  ["that were there, without a line feed", { there: key("a") }],
  ["of the build", { builtIn: `${key("a")}\n` }],
  ["on the command line, percent-encoded", { commandLine: `dabei.ssh-key=${encodeURIComponent(key("a"))}` }],
  [
    "on the command line, blanks alone encoded",
    { commandLine: `dabei.ssh-key=${key("a").replaceAll(" ", "%20")}` },
  ],
  ["on the command line, in base64", { commandLine: `quiet dabei.ssh-key=${base64(key("a"))} ro` }],
  ["in fw_cfg", { fwCfg: key("a") }],
  ["in SMBIOS", { oem: ["something else", `io.systemd.credential:${credential}=${key("a")}`] }],
  ["in SMBIOS, in base64", { oem: [`io.systemd.credential.binary:${credential}=${base64(key("a"))}`] }],
])("keys %s", async (_, given) => {
  expect(await gathered(given)).toEqual([key("a")]);
});

test("keys of every way together, each once, those that were there first", async () => {
  const given = {
    there: `${key("a")}\r\n\n${key("b")}`,
    builtIn: `${key("b")}\n${key("c")}\n`,
    commandLine: `dabei.ssh-key=${base64(`${key("d")}\n`)} dabei.ssh-key=${encodeURIComponent(key("e"))}`,
    fwCfg: `${key("f")}\n${key("a")}`,
    oem: [`io.systemd.credential:${credential}=${key("g")}`],
  };
  expect(await gathered(given)).toEqual(["a", "b", "c", "d", "e", "f", "g"].map(key));
});

test("backslashes, quotes and letters beyond ASCII come through; nothing is run", async () => {
  const odd = `command="echo \\"$(id)\\" \\x41",no-pty ${key("a")} Zoë%`;
  expect(await gathered({ commandLine: `dabei.ssh-key=${encodeURIComponent(odd)}` })).toEqual([odd]);
});

test("what is no base64 is left out, and the rest stays", async () => {
  expect(await gathered({ there: key("a"), commandLine: "dabei.ssh-key=-no-" })).toEqual([key("a")]);
});
