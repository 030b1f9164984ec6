import type { Choices } from "../choices.ts";
import type { Layout } from "../layout.ts";
import { indent, nixString, nixStrings } from "../nix-text.ts";

/**
 * ssh in the initrd, for whoever brings the passphrase from elsewhere. Its network is the installed system's own.
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

/**
 * The addresses of ./network.ts, in the initrd as well: NixOS itself takes over networking.* alone. They are told by
 * the prefix of their names, whichever of them there are.
 */
export function earlyNetworkSections({ unlock }: Layout, { network }: Choices): string[] {
  if (unlock === null || network === null) return [];
  const modules = [
    ...(network.interfaces.some(({ vlan }) => vlan) ? ["8021q"] : []),
    ...(network.interfaces.some(({ bond }) => bond) ? ["bonding"] : []),
  ];
  return [
    `# The initrd has the addresses of the system.
boot.initrd.systemd.network = {
  networks = lib.filterAttrs (name: _: lib.hasPrefix "05-" name) (config.systemd.network.networks or { });
  netdevs = lib.filterAttrs (name: _: lib.hasPrefix "05-" name) (config.systemd.network.netdevs or { });
};${modules.length > 0 ? `\nboot.initrd.availableKernelModules = ${nixStrings(modules)};` : ""}`,
  ];
}
