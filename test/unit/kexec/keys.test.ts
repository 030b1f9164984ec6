import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fakeRoot, runParts, shells } from "./shells.ts";

const ed = (name: string) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${name}`;
const cloud =
  'no-port-forwarding,no-agent-forwarding,command="echo \'Please login as the user \\"debian\\" rather than root.\';echo;sleep 10"';

// Dozens of programs a test: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "dabei-kexec-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe.each(shells)("in %s", (_name, shell) => {
  const take = async (files: Record<string, string>, variables: Record<string, string> = {}) => {
    await fakeRoot(join(home, "root"), files);
    const code =
      'mkdir "$stage"; take_keys "$stage"; printf "%s|%s|%s" "$key_count" "$key_users" "$problems"';
    const { stdout } = await runParts(shell, code, {
      root: join(home, "root"),
      stage: join(home, "stage"),
      ...variables,
    });
    return { told: stdout, keys: await readFile(join(home, "stage/root/.ssh/authorized_keys"), "utf8") };
  };

  test.each([
    ["a key", `${ed("one")} me@there\n`, [`${ed("one")} me@there`]],
    ["comments and blank lines", `# mine\n\n   \n${ed("one")}\n`, [ed("one")]],
    ["no line feed at the end", ed("one"), [ed("one")]],
    ["line ends of Windows", `${ed("one")} me\r\n`, [`${ed("one")} me`]],
    ["a cloud's forced command", `${cloud} ${ed("one")} me\n`, [`${ed("one")} me`]],
    ["a quoted key in an option", `command="ssh-rsa AAAA x" ${ed("one")}\n`, [ed("one")]],
    ["an address in an option", `from="10.0.0.0/8,2001:db8::/32" ${ed("one")} a b\n`, [`${ed("one")} a b`]],
    [
      "a security key",
      "sk-ssh-ed25519@openssh.com AAAAGnNr me\n",
      ["sk-ssh-ed25519@openssh.com AAAAGnNr me"],
    ],
    [
      "an authority",
      `cert-authority,principals="a b" ${ed("ca")}\n`,
      [`cert-authority,principals="a b" ${ed("ca")}`],
    ],
    ["the same key twice", `${ed("one")} a\n${cloud} ${ed("one")} b\n`, [`${ed("one")} a`]],
    ["what is no key", `hello world\n${ed("one")}\nssh-rsa\n`.replace("ssh-rsa\n", ""), [ed("one")]],
  ])("%s", async (_what, text, expected) => {
    const { keys, told } = await take({ "root/.ssh/authorized_keys": text });
    expect(keys.split("\n").filter(Boolean)).toEqual(expected);
    expect(told).toBe(`${expected.length}|root|`);
  });

  test("come from all the places that sshd looks at, of root and of who became root", async () => {
    const { keys, told } = await take(
      {
        "etc/passwd": "root:x:0:0::/root:/bin/sh\ndebian:x:1000:1000::/home/debian:/bin/sh\n",
        "etc/ssh/sshd_config": 'AuthorizedKeysFile .ssh/authorized_keys "/etc/keys/%u"\n',
        "etc/ssh/sshd_config.d/more.conf": "Match User debian\n  authorizedkeysfile %h/.keys\n",
        "root/.ssh/authorized_keys": `${cloud} ${ed("cloud")}\n`,
        "root/.ssh/authorized_keys2": `${ed("second")}\n`,
        "etc/ssh/authorized_keys.d/root": `${ed("nixos")}\n`,
        "etc/keys/root": `${ed("elsewhere")}\n`,
        "etc/dropbear/authorized_keys": `${ed("dropbear")}\n`,
        "home/debian/.keys": `${ed("matched")}\n`,
        "home/debian/.ssh/authorized_keys": `${ed("cloud")}\n${ed("sudo")}\n`,
        "home/other/.ssh/authorized_keys": `${ed("other")}\n`,
      },
      { SUDO_USER: "debian" },
    );
    const names = keys.match(/AAAAI(\w+)/g)?.map((name) => name.slice(5));
    expect(names?.sort()).toEqual(["cloud", "dropbear", "elsewhere", "matched", "nixos", "second", "sudo"]);
    expect(told).toBe("7|root, debian|");
  });

  test("without any, it refuses", async () => {
    const { told } = await take({ "root/.ssh/authorized_keys": "# nothing\n" });
    expect(told).toMatch(/^0\|.*there is no ssh key that could log in/);
  });

  test("only their owner may read them", async () => {
    await take({ "root/.ssh/authorized_keys": ed("one") });
    const mode = async (path: string) => (await stat(join(home, "stage", path))).mode & 0o777;
    expect([await mode("root/.ssh"), await mode("root/.ssh/authorized_keys")]).toEqual([0o700, 0o600]);
  });
});
