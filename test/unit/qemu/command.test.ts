import { describe, expect, test } from "vitest";
import { qemuCommand } from "../../../qemu/command.ts";
import type { VmOptions, VmPlace } from "../../../qemu/options.ts";
import { MiB } from "../../../tui/base/bytes.ts";

const place: VmPlace = { accelerator: "tcg", directory: "/vm", uefiCode: "/ovmf/code.fd", serial: "stdio" };
const line = (options: VmOptions, at: Partial<VmPlace> = {}) =>
  qemuCommand(options, { ...place, ...at }).join(" ");

describe("qemuCommand", () => {
  test("the port for the guest's events", () => {
    expect(line({}, { events: "/s/events" })).toContain(
      "-chardev socket,id=events,path=/s/events -device virtio-serial-pci -device virtserialport,chardev=events,name=org.nix-dabei.events",
    );
  });

  test("the whole line of a small machine", () => {
    expect(qemuCommand({ firmware: "bios", offline: true, memory: 512 * MiB, cpus: 1 }, place)).toEqual(
      "qemu-system-x86_64 -nodefaults -no-user-config -display none -machine q35 -accel tcg,thread=multi -cpu max -m 512M -smp 1 -serial mon:stdio".split(
        " ",
      ),
    );
  });

  test.each<[what: string, options: VmOptions, part: string]>([
    ["UEFI variables of its own", {}, "if=pflash,unit=1,format=raw,file=/vm/uefi-variables.fd"],
    ["UEFI code is read only", {}, "if=pflash,unit=0,format=raw,readonly=on,file=/ovmf/code.fd"],
    ["kernel", { kernel: "k", initrd: "i", append: "a=b c" }, "-kernel k -initrd i -append a=b c"],
    [
      "virtio can be unplugged",
      { disks: [{}] },
      "virtio-blk-pci,id=disk-1,drive=drive-1,serial=DABEI0001,bootindex=1,bus=port-1",
    ],
    [
      "nvme",
      { disks: [{ kind: "nvme", serial: "S1" }] },
      "nvme,id=disk-1,drive=drive-1,serial=S1,bootindex=1,bus=port-1",
    ],
    [
      "second sata disk",
      { disks: [{ kind: "sata" }, { kind: "sata" }] },
      "serial=DABEI0002,bootindex=2,bus=ide.1",
    ],
    [
      "one scsi controller, before its disks",
      { disks: [{ kind: "scsi" }] },
      "-device virtio-scsi-pci,id=scsi -drive",
    ],
    [
      "a card in the second place",
      { disks: [{}, { kind: "mmc" }] },
      "-device sdhci-pci,id=slot-2 -device sd-card,id=disk-2,drive=drive-2,bus=pcie.0/slot-2/sd-bus",
    ],
    ["a given path", { disks: [{ path: "/a,b.raw" }] }, "file=/a,,b.raw"],
    [
      "forwarded port",
      { forward: [{ host: 2222, guest: 22 }] },
      "user,id=net,hostfwd=tcp:127.0.0.1:2222-:22",
    ],
    [
      "forwarded port of a guest with an address of its own",
      { forward: [{ host: 2222, guest: 22, address: "10.0.2.99" }] },
      "hostfwd=tcp:127.0.0.1:2222-10.0.2.99:22",
    ],
    [
      "cards on taps, forwards on the first that is on none",
      { cards: [{ tap: "tap0", mac: "52:54:00:00:00:0a" }, {}], forward: [{ host: 2222, guest: 22 }] },
      "tap,id=net,ifname=tap0,script=no,downscript=no -device virtio-net-pci,netdev=net,romfile=,mac=52:54:00:00:00:0a " +
        "-netdev user,id=net2,hostfwd=tcp:127.0.0.1:2222-:22 -device virtio-net-pci,netdev=net2,romfile=",
    ],
    [
      "fw_cfg",
      { firmwareConfig: { "opt/x": "ssh-ed25519 A,B" } },
      "-fw_cfg name=opt/x,string=ssh-ed25519 A,,B",
    ],
    ["OEM strings", { oemStrings: ["k=v,w"] }, "-smbios type=11,value=k=v,,w"],
    ["no reboot", { exitOnReboot: true }, "-no-reboot"],
    ["more arguments come last", { extra: ["-snapshot"] }, "-serial mon:stdio -snapshot"],
  ])("%s", (_, options, part) => {
    expect(line(options)).toContain(part);
  });

  test("through another command", () => {
    expect(line({ through: ["nsenter", "--net"] })).toMatch(/^nsenter --net qemu-system-x86_64 /);
  });

  test("serial line and QMP on sockets", () => {
    const text = line({}, { serial: { socket: "/s" }, qmp: "/q" });
    expect(text).toContain("socket,id=serial,path=/s -serial chardev:serial");
    expect(text).toContain("socket,id=qmp,path=/q -mon chardev=qmp,mode=control");
    expect(text).not.toContain("stdio");
  });

  test("KVM", () => {
    expect(line({}, { accelerator: "kvm" })).toContain("-accel kvm -cpu host");
  });
});
