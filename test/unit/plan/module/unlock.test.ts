import { expect, test } from "vitest";
import { layoutOf } from "../../../../tui/plan/layout.ts";
import { generatedModule } from "../../../../tui/plan/module/index.ts";
import { choicesFor, lanNetwork, recorded } from "../example.ts";
import { moduleFor } from "./module-for.ts";

const remote = { authorizedKeys: ["ssh-ed25519 AAAA me"], port: 2222 };

test("ssh in the initrd: its own key, who may come in, what a login does, the driver of the network", () => {
  const text = moduleFor("qemu-two-disks", { layout: { encryption: "native", remoteUnlock: remote } });
  expect(
    text.slice(text.indexOf("  # The passphrase can"), text.indexOf("  hardware.cpu")),
  ).toMatchInlineSnapshot(`
    "  # The passphrase can be given by ssh while the machine starts: ssh -t -p 2222 root@ADDRESS
      # Keys of an initrd can be read by who has the disk: this host key is its own, not that of the system.
      boot.initrd.network = {
        enable = true;
        ssh = {
          enable = true;
          port = 2222;
          hostKeys = [ "/etc/secrets/initrd/ssh_host_ed25519_key" ];
          authorizedKeys = [
            "ssh-ed25519 AAAA me"
          ];
        };
      };
      # What a login there does: it asks for what the boot waits for. Ctrl-C leaves a shell.
      boot.initrd.systemd.contents."/etc/profile".text = "systemd-tty-ask-password-agent --watch\\n";

      # Drivers that the disks of this machine need, and its network in the initrd.
      boot.initrd.availableKernelModules = [ "virtio_blk" "virtio_pci" "virtio_net" ];

      # The consoles that the installer was started with.
      boot.kernelParams = [ "console=tty0" "console=ttyS0,115200" ];

      # ZFS refuses a pool that another hostId had last.
      networking.hostId = lib.mkForce "8f2c41aa";
    }"
  `);
  expect(text).toContain("boot.initrd.systemd.enable = lib.mkForce true;");
});

test("the initrd's host key stays where / does not", () => {
  const text = moduleFor("qemu-two-disks", {
    layout: { encryption: "native", preset: "impermanence", remoteUnlock: remote },
  });
  expect(text).toContain('hostKeys = [ "/persist/etc/secrets/initrd/ssh_host_ed25519_key" ];');
});

test("without remote unlock there is no network in the initrd", () => {
  const text = moduleFor("qemu-two-disks", { layout: { encryption: "native" } });
  expect(text).not.toMatch(/initrd\.network|virtio_net|systemd\.enable/);
});

test("addresses that are set are those of the initrd, too", () => {
  const machine = recorded("qemu-two-disks");
  const choices = choicesFor(machine, { layout: { encryption: "native", remoteUnlock: remote } });
  const layout = layoutOf(machine, choices).layout!;
  const text = generatedModule(machine, layout, { ...choices, network: lanNetwork });
  expect(text).toContain("networks = lib.filterAttrs");
  expect(generatedModule(machine, layout, choices)).not.toContain("lib.filterAttrs");
});
