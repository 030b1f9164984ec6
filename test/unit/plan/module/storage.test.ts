import { expect, test } from "vitest";
import { moduleFor } from "./module-for.ts";

test("one disk: its ESP has to be there", () => {
  const text = moduleFor("emmc-small-board", {});
  expect(text).toContain('options = [ "umask=0077" ];');
  expect(text).not.toContain("nofail");
  expect(text).not.toContain("boot.kernelParams");
  expect(text).toContain("zramSwap.enable = lib.mkDefault true;");
});

test("impermanence: / goes back to blank before it is mounted, /persist is there early", () => {
  const text = moduleFor("qemu-two-disks", { layout: { preset: "impermanence" } });
  expect(text).toContain('script = "zfs rollback -r rpool/local/root@blank";');
  expect(text).toMatch(
    /fileSystems\."\/persist" = \{\s+device = "rpool\/safe\/persist";\s+fsType = "zfs";\s+neededForBoot = true;/,
  );
});
