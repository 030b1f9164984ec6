import { expect, test } from "vitest";
import { GiB } from "../../../tui/base/bytes.ts";
import { recorded } from "./example.ts";
import { commandsFor, stepsFor, two } from "./steps.ts";

test("an encrypted pool is told to ask for its passphrase, and its swap has a random key", () => {
  const steps = stepsFor({ layout: { encryption: "native", swap: GiB } });
  const [command] = commandsFor("create-pool", steps);
  expect(command).toContain("-O encryption=aes-256-gcm -O keyformat=passphrase -O keylocation=prompt");
  expect(commandsFor("enable-swap", steps).slice(0, 3)).toMatchInlineSnapshot(`
    [
      "cryptsetup open --batch-mode --type plain --cipher aes-xts-plain64 --key-size 512 --key-file /dev/urandom /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000003 dabei-swap-1",
      "mkswap /dev/mapper/dabei-swap-1",
      "swapon /dev/mapper/dabei-swap-1",
    ]
  `);
  expect(commandsFor("export-pool", steps)).toMatchInlineSnapshot(`
    [
      "swapoff /dev/mapper/dabei-swap-1",
      "swapoff /dev/mapper/dabei-swap-2",
      "umount --recursive /mnt",
      "zpool export rpool",
      "cryptsetup close dabei-swap-1",
      "cryptsetup close dabei-swap-2",
    ]
  `);
});

test("LUKS: one passphrase by stdin for every member, the pool on what it opens, all closed at the end", () => {
  const steps = stepsFor({ layout: { encryption: "luks" } });
  expect(commandsFor("encrypt-device", steps).slice(0, 2)).toMatchInlineSnapshot(`
    [
      "cryptsetup luksFormat --batch-mode --type luks2 --pbkdf argon2id --pbkdf-memory 122624 --key-file - /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000004",
      "cryptsetup open --type luks2 --key-file - /dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000004 dabei-crypt-1",
    ]
  `);
  expect(commandsFor("create-pool", steps)[0]).toMatch(
    / -O compression=zstd rpool mirror \/dev\/mapper\/dabei-crypt-1 \/dev\/mapper\/dabei-crypt-2$/,
  );
  expect(commandsFor("export-pool", steps)).toEqual([
    "umount --recursive /mnt",
    "zpool export rpool",
    "cryptsetup close dabei-crypt-1",
    "cryptsetup close dabei-crypt-2",
  ]);
});

test("a key file: its device is mounted, read-only, before the pool is made and let go of after it", () => {
  const windows = recorded("windows-laptop").disks[0]!;
  const uuid = windows.contents.find(({ type }) => type === "vfat")!.uuid!;
  const machine = { ...two, disks: [...two.disks, windows] };
  const paths = two.disks.map(({ path }) => path);
  const encryption = "native-key-file" as const;
  const steps = stepsFor(
    { disks: paths, layout: { encryption, keyFile: { uuid, path: "/rpool.key" } } },
    machine,
  );
  expect(commandsFor("open-key", steps)).toEqual([
    `mount --mkdir -t vfat -o ro /dev/disk/by-uuid/${uuid} /key`,
  ]);
  expect(commandsFor("create-pool", steps)[0]).toContain(
    "-O encryption=aes-256-gcm -O keyformat=raw -O keylocation=file:///key/rpool.key",
  );
  expect(commandsFor("export-pool", steps).at(-1)).toBe("umount --recursive /key");
  const kinds = steps.map((step) => step.do);
  expect(kinds.indexOf("open-key")).toBeLessThan(kinds.indexOf("create-pool"));
});

test("unlocking by ssh: a host key of the initrd's own, made on the target", () => {
  const unlock = (preset: "server" | "impermanence") =>
    commandsFor(
      "make-unlock-key",
      stepsFor({
        layout: { preset, encryption: "native", remoteUnlock: { authorizedKeys: ["k"], port: 22 } },
      }),
    )[0];
  expect(unlock("server")).toBe(
    "ssh-keygen -q -t ed25519 -N '' -C 'initrd of web1' -f /mnt/etc/secrets/initrd/ssh_host_ed25519_key",
  );
  expect(unlock("impermanence")).toContain("/mnt/persist/etc/secrets/initrd/");
});
