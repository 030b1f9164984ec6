import { MiB } from "../tui/base/bytes.ts";
import { type DiskOptions, type FullOptions, type VmOptions, type VmPlace, withDefaults } from "./options.ts";

/** Where a machine keeps its UEFI variables. */
export const variablesFile = (directory: string) => `${directory}/uefi-variables.fd`;

/**
 * The QEMU command line of a machine. Pure: nothing is looked up or made here.
 *
 * Source  qemu(1) and docs/pcie.txt of QEMU
 */
export function qemuCommand(options: VmOptions, place: VmPlace): string[] {
  const full = withDefaults(options, place.directory);
  return [
    ...full.through,
    "qemu-system-x86_64",
    ...["-nodefaults", "-no-user-config", "-display", "none", "-machine", "q35"],
    ...(place.accelerator === "kvm"
      ? ["-accel", "kvm", "-cpu", "host"]
      : ["-accel", "tcg,thread=multi", "-cpu", "max"]),
    ...["-m", `${Math.round(full.memory / MiB)}M`, "-smp", String(full.cpus)],
    ...firmware(full, place),
    ...kernel(full),
    ...disks(full.disks),
    ...network(full),
    ...Object.entries(full.firmwareConfig).flatMap(([name, text]) => [
      "-fw_cfg",
      `name=${optionText(name)},string=${optionText(text)}`,
    ]),
    ...full.oemStrings.flatMap((text) => ["-smbios", `type=11,value=${optionText(text)}`]),
    ...(full.exitOnReboot ? ["-no-reboot"] : []),
    ...lines(place),
    ...full.extra,
  ];
}

/** QEMU splits its option strings at commas; a doubled one stands for itself. */
const optionText = (text: string) => text.replaceAll(",", ",,");

function firmware(options: FullOptions, place: VmPlace): string[] {
  if (options.firmware === "bios") return [];
  if (place.uefiCode === undefined) throw new TypeError("A UEFI machine needs the firmware's code");
  return [
    ...["-drive", `if=pflash,unit=0,format=raw,readonly=on,file=${optionText(place.uefiCode)}`],
    ...["-drive", `if=pflash,unit=1,format=raw,file=${optionText(variablesFile(place.directory))}`],
  ];
}

function kernel({ kernel, initrd, append }: FullOptions): string[] {
  if (kernel === undefined) return [];
  return [
    ...["-kernel", kernel],
    ...(initrd === undefined ? [] : ["-initrd", initrd]),
    ...(append === undefined ? [] : ["-append", append]),
  ];
}

function disks(disks: readonly Required<DiskOptions>[]): string[] {
  const scsi = disks.some(({ kind }) => kind === "scsi") ? ["-device", "virtio-scsi-pci,id=scsi"] : [];
  let sataPorts = 0;
  const devices = disks.flatMap((disk, index) => {
    const number = index + 1;
    // unsafe: flushes end in the host's page cache. That outlives a QEMU that is killed, which is our power cut.
    const drive = `if=none,id=drive-${number},format=raw,cache=unsafe,discard=unmap,file=${optionText(disk.path)}`;
    const common = `id=disk-${number},drive=drive-${number}${traits(disk)},bootindex=${number}`;
    const port = `pcie-root-port,id=port-${number},chassis=${number},slot=${number}`;
    // q35's root bus can't unplug; each PCI disk gets a port of its own, so that device_del works.
    const behindPort = (driver: string) => [
      "-device",
      port,
      "-device",
      `${driver},${common},bus=port-${number}`,
    ];
    const device = {
      virtio: () => behindPort("virtio-blk-pci"),
      nvme: () => behindPort("nvme"),
      sata: () => ["-device", `ide-hd,${common},bus=ide.${sataPorts++}`],
      scsi: () => ["-device", `scsi-hd,${common},bus=scsi.0`],
      mmc: () => [
        ...["-device", `sdhci-pci,id=slot-${number}`],
        ...["-device", `sd-card,id=disk-${number},drive=drive-${number},bus=pcie.0/slot-${number}/sd-bus`],
      ],
    }[disk.kind]();
    return ["-drive", drive, ...device];
  });
  return [...scsi, ...devices];
}

function traits({ serial, sectorSize }: Required<DiskOptions>): string {
  const sectors = `logical_block_size=${sectorSize},physical_block_size=${sectorSize}`;
  return (serial === "" ? "" : `,serial=${optionText(serial)}`) + (sectorSize === 512 ? "" : `,${sectors}`);
}

function network({ offline, forward, cards }: FullOptions): string[] {
  if (offline) return [];
  const firstUser = cards.findIndex(({ tap }) => tap === undefined);
  const forwards = forward
    .map(({ host, guest, address = "" }) => `,hostfwd=tcp:127.0.0.1:${host}-${address}:${guest}`)
    .join("");
  return cards.flatMap(({ tap, mac }, index) => {
    const id = index === 0 ? "net" : `net${index + 1}`;
    const backend =
      tap === undefined
        ? `user,id=${id}${index === firstUser ? forwards : ""}`
        : `tap,id=${id},ifname=${tap},script=no,downscript=no`;
    // No option ROM: the firmware would try PXE and cost seconds.
    const card = `virtio-net-pci,netdev=${id},romfile=${mac === undefined ? "" : `,mac=${mac}`}`;
    return ["-netdev", backend, "-device", card];
  });
}

function lines({ serial, qmp, events }: VmPlace): string[] {
  // mon:stdio multiplexes the monitor onto the terminal: Ctrl-a x ends QEMU, Ctrl-c reaches the guest.
  const line =
    serial === "stdio"
      ? ["-serial", "mon:stdio"]
      : ["-chardev", `socket,id=serial,path=${optionText(serial.socket)}`, "-serial", "chardev:serial"];
  const control =
    qmp === undefined
      ? []
      : ["-chardev", `socket,id=qmp,path=${optionText(qmp)}`, "-mon", "chardev=qmp,mode=control"];
  const port =
    events === undefined
      ? []
      : [
          ...["-chardev", `socket,id=events,path=${optionText(events)}`, "-device", "virtio-serial-pci"],
          ...["-device", "virtserialport,chardev=events,name=org.nix-dabei.events"],
        ];
  return [...line, ...control, ...port];
}
