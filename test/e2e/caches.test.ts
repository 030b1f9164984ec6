import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { buildFixture } from "../fixtures/build.ts";
import { serveDemo } from "./demo.ts";
import { bootFromDisks, directoryOf, diskOf, withInstaller } from "./harness.ts";
import { makeSsh } from "./ssh.ts";

const blank = { size: 8 * GiB };

/** A stick as people have them: FAT, files of another user, a git repository with changes, without a lock file. */
const makeStick = (tarball: string) => `set -e
  stick=$(lsblk -nro PATH,SERIAL | awk '$2 == "STICK" { print $1 }')
  mkfs.vfat -n STICK "$stick"
  mkdir /stick
  mount -o uid=1000,gid=1000 "$stick" /stick
  cd /stick
  curl -sf ${tarball} | tar -xz --strip-components=1 --no-same-owner
  rm flake.lock
  git init -q
  git add .
  git -c user.name=a -c user.email=a@b commit -qm first
  echo '{ networking.hostName = "stick"; }' > hosts/demo.nix
  git status --short`;

test.runIf(process.env.DABEI_FULL === "1")(
  "a cache with a wrong key, one that is gone, one that breaks off, nix killed: told, and gone on with",
  async () => {
    const name = "caches";
    const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
    const { publicKey } = await buildFixture();
    let whole = Number.POSITIVE_INFINITY;
    const asked: string[] = [];
    const served = await serveDemo({
      breaksOff: (path) => {
        if (!path.includes("/nar/")) return false;
        asked.push(path);
        return --whole < 0;
      },
    });
    const url = `${served.guestUrl}/cache`;
    const wrongKey = `wrong-1:${randomBytes(32).toString("base64")}`;
    const answers = (cache: string, key: string) => `version: 1
disks:
  - count: 1
    serial: DABEI0001
layout: { vdev: single }
flake:
  reference: git+file:///stick
  host: demo
  substituters:
    - { url: "${cache}", publicKey: "${key}" }
`;
    const disks = [blank, { size: 256 * MiB, serial: "STICK" }];
    const run = async (command: string) =>
      (await ssh.run(`( ${command} ) 2>&1; echo "ended with $?"`)).stdout;
    const install = (cache: string, key: string) =>
      run(`cat > /root/a.yaml <<'END'\n${answers(cache, key)}END\ndabei install --answers /root/a.yaml`);

    await withInstaller({ name, memory: 1536 * MiB, disks, flake: false, ...ssh.options }, async () => {
      await ssh.waitUntilUp();
      expect(await run(makeStick(served.flake))).toMatch(/ M hosts\/demo\.nix[\s\S]*ended with 0/);

      // Nothing is written in either case: there is no partition table after both.
      expect(await install(url, wrongKey)).toMatch(
        /is signed by no trusted key[\s\S]*missingCache: build[\s\S]*ended with 1/,
      );
      expect(await install("http://10.0.2.2:1/cache", publicKey.trim())).toMatch(
        /The cache http:\/\/10\.0\.2\.2:1 cannot be reached[\s\S]*ended with 1/,
      );
      expect(await run("blkid -p /dev/disk/by-id/virtio-DABEI0001")).toContain("ended with 2");

      // The first paths come whole, then every file breaks off in its middle.
      whole = 4;
      const broken = await install(url, publicKey.trim());
      expect(broken).toMatch(/build system/);
      expect(broken).toMatch(
        /(broke off|stopped to answer|cannot be reached|does not answer)[\s\S]*ended with 1/,
      );
      const fetched = asked.slice(0, 4);

      // Back again, and nix is killed as soon as it works: the kernel does so when memory runs out.
      whole = Number.POSITIVE_INFINITY;
      asked.length = 0;
      const killed = await run(
        "dabei engine & until pkill -KILL -f 'nix .*build --store /mnt'; do sleep 1; done; wait $!",
      );
      expect(killed).toContain("ended with 1");
      expect(await run("dabei status")).toMatch(/most likely the memory ran out/);

      expect(await run("dabei engine")).toContain("ended with 0");
      // What was finished before the failures was not fetched again.
      expect(fetched.filter((path) => !asked.includes(path))).not.toEqual([]);
    }).finally(() => served.close());

    const disk = { ...blank, path: diskOf(name, 1), serial: "DABEI0001" };
    await bootFromDisks({ name, disks: [disk] }, async (vm) => {
      const [line] = await vm.serial.waitForLog(/fixture system up: .*/);
      expect(line).toContain("host stick generation 1 root rpool/local/root (zfs)");
    });
  },
);
