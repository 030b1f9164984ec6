import type { Layout } from "../layout.ts";
import { indent, nixString, nixStrings } from "../nix-text.ts";

/**
 * ssh in the initrd, for whoever brings the passphrase from elsewhere. Its network is the installed system's own:
 * NixOS takes networking.* over into the initrd, and ./network.ts says what goes beyond that.
 * Source NixOS initrd-ssh.nix and network-interfaces-systemd.nix.
 */
export function unlockSections({ unlock }: Layout): string[] {
  if (unlock === null) return [];
  const keys = unlock.authorizedKeys.map((key) => `    ${nixString(key)}`).join("\n");
  return [
    `# The passphrase can be given by ssh while the machine starts: ssh -t -p ${unlock.port} root@ADDRESS
# Keys of an initrd can be read by who has the disk: this host key is its own, not that of the system.
boot.initrd.network = {
  enable = true;
  ssh = {
    enable = true;
    port = ${unlock.port};
    hostKeys = ${nixStrings([unlock.hostKey])};
${keys === "" ? "" : `    authorizedKeys = [\n${indent(keys)}\n    ];\n`}  };
};
# What a login there does: it asks for what the boot waits for. Ctrl-C leaves a shell.
boot.initrd.systemd.contents."/etc/profile".text = "systemd-tty-ask-password-agent --watch\\n";`,
  ];
}
