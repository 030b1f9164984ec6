import type { ModuleGroup } from "./tree-spec.ts";

const group = (purpose: string, modules: string): ModuleGroup => ({ purpose, modules: modules.split(/\s+/) });

/**
 * The kernel modules of the image, by purpose. What they depend on follows from modules.dep, their firmware from modinfo.
 * Fibre Channel (lpfc, qla2xxx), iSCSI offload, Infiniband and RDMA are left out: 2 MB for machines with a SAN of their own.
 */
export const moduleGroups: readonly ModuleGroup[] = [
  group("the root file system itself", "loop squashfs overlay"),
  group("memory: compressed swap", "zram"),

  // Storage
  group("disks of virtual machines", "virtio_blk virtio_scsi vmw_pvscsi hv_storvsc xen_blkfront nvme"),
  group("SATA and IDE", "ahci ata_piix ata_generic sata_nv sata_sil sata_sil24 sata_svw sata_via sata_mv"),
  group("SAS controllers and hardware RAID of servers",
    "mpt3sas mptsas mptspi megaraid_sas megaraid_mbox aacraid hpsa smartpqi arcmsr 3w_sas 3w_9xxx mvsas isci mpi3mr"),
  group("kinds of disks", "sd_mod sr_mod sg ses enclosure"),
  group("NVMe and SATA behind Intel's volume management", "vmd"),
  group("USB disks", "usb_storage uas"),
  group("SD cards and eMMC", "mmc_block sdhci_pci sdhci_acpi rtsx_pci_sdmmc"),
  group("arrays, LUKS and LVM: seen, repaired, never assembled by booting",
    "md_mod raid0 raid1 raid10 raid456 dm_mod dm_crypt dm_mirror dm_snapshot dm_thin_pool dm_raid"),

  // Network
  group("network of virtual machines", "virtio_net vmxnet3 hv_netvsc xen_netfront ena gve"),
  group("Intel network cards", "e1000 e1000e igb igbvf igc ixgbe ixgbevf i40e iavf ice e100"),
  group("Realtek network cards", "r8169 8139cp 8139too"),
  group("Broadcom network cards", "tg3 bnx2 bnx2x bnxt_en"),
  group("Mellanox network cards, and what Azure hands through", "mlx4_core mlx4_en mlx5_core mana"),
  group("other network cards", "atlantic alx atl1c forcedeth sky2 skge via_rhine via_velocity jme be2net"),
  group("PHYs that the cards above look for by themselves", "realtek broadcom marvell"),
  group("USB network cards", "r8152 ax88179_178a asix cdc_ether cdc_ncm"),
  group("bonds and VLANs: what a rented server may need to be reached", "bonding 8021q af_packet_diag"),

  // File systems
  group("ESPs, with the code pages they are mounted with", "vfat nls_cp437 nls_ascii nls_iso8859_1 nls_utf8"),
  group("where the image may come from", "isofs ext4"),
  group("machines to be repaired", "btrfs xfs"),
  group("EFI variables: boot entries", "efivarfs"),
  group("foreign programs that nix may run", "binfmt_misc"),

  // The machine
  group("USB", "xhci_pci ehci_pci uhci_hcd ohci_pci"),
  group("keyboards", "hid_generic usbhid hid_hyperv hyperv_keyboard"),
  group("Hyper-V's bus", "hv_vmbus hv_utils"),
  group("what the hypervisor tells: host names, keys", "qemu_fw_cfg"),
  group("random numbers", "virtio_rng"),
  group("memory given back to the hypervisor", "virtio_balloon"),
  group("sensors of disks and CPUs' temperature", "drivetemp"),
  group("AES-GCM of encrypted ZFS, LUKS and swap", "aesni_intel ghash_clmulni_intel xts algif_skcipher algif_hash"),
  group("checksums of file systems and NVMe", "crc32c_generic crc32c_intel crct10dif_pclmul"),
  group("ZFS, compiled for this kernel", "spl zfs"),
]; // biome-ignore format: one module a line would be pages

/** The modules of the initrd: enough to reach the squashfs on a disk or by HTTP. Firmware is not taken into it. */
export const initrdModules: readonly ModuleGroup[] = [
  group("the root file system", "loop squashfs overlay"),
  group("disks that carry it", "virtio_blk virtio_scsi nvme ahci ata_piix vmw_pvscsi hv_storvsc xen_blkfront usb_storage uas mmc_block sdhci_pci sd_mod sr_mod"),
  group("USB", "xhci_pci ehci_pci"),
  group("file systems that carry it", "vfat nls_cp437 nls_ascii nls_iso8859_1 isofs ext4"),
  group("checksums that ext4 asks for", "crc32c_generic"),
  group("network cards that it comes over", "virtio_net vmxnet3 hv_netvsc xen_netfront e1000 e1000e igb igc ixgbe i40e r8169 tg3 bnxt_en"),
  group("PHYs", "realtek broadcom"),
  group("whether answers come by the hypervisor: the consoles begin with that", "qemu_fw_cfg"),
]; // biome-ignore format: as above
