import type { Choices } from "../choices.ts";
import { blankSnapshot } from "../datasets.ts";
import type { Layout } from "../layout.ts";
import { nixString } from "../nix-text.ts";

/**
 * / goes back to its first snapshot at every boot, and what a machine needs to be the same one afterwards stays; its
 * host keys are ./system.ts's. Source NixOS, systemd stage 1: the pool is imported, / is not mounted yet.
 */
export function impermanenceSections({ datasets, pool }: Layout, { layout }: Choices): string[] {
  const root = datasets.find(({ mountpoint }) => mountpoint === "/");
  return layout.preset === "impermanence" && root ? [rollback(pool.name, root.name), persisted()] : [];
}

function rollback(pool: string, root: string): string {
  return `# / begins empty at every boot. What has to stay belongs to /persist, /home, /nix and /var/log.
boot.initrd.systemd.services.rollback = {
  description = "Empty / by going back to its first snapshot";
  wantedBy = [ "initrd.target" ];
  after = [ ${nixString(`zfs-import-${pool}.service`)} ];
  before = [ "sysroot.mount" ];
  path = [ config.boot.zfs.package ];
  unitConfig.DefaultDependencies = "no";
  serviceConfig.Type = "oneshot";
  script = ${nixString(`zfs rollback -r ${root}@${blankSnapshot}`)};
};`;
}

/** /var/lib/nixos: the numbers of users. /var/lib/systemd: clocks, seeds, timers. The machine-id names the journal. */
const directories = ["/etc/nixos", "/var/lib/nixos", "/var/lib/systemd"];

function persisted(): string {
  const binds = directories.map(
    (directory) => `fileSystems.${nixString(directory)} = {
  device = ${nixString(`/persist${directory}`)};
  fsType = "none";
  options = [ "bind" ];
  neededForBoot = true;
};`,
  );
  return `# What makes it the same machine after a boot. Passwords set with passwd do not stay: give users a
# hashedPasswordFile below /persist. What else has to stay is mounted from there in the same way.
${binds.join("\n")}
environment.etc."machine-id".source = "/persist/etc/machine-id";
system.activationScripts.persistedMachineId = ''
  [ -s /persist/etc/machine-id ] || tr -d - < /proc/sys/kernel/random/uuid > /persist/etc/machine-id
'';`;
}
