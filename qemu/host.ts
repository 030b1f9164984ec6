import { constants } from "node:fs";
import { access, copyFile, readFile } from "node:fs/promises";
import { UserError } from "../tui/base/errors.ts";

/**
 * KVM where the cpu has it and /dev/kvm can be written, else emulation.
 * A /dev/kvm alone proves nothing: there are machines where it opens and guests hang.
 */
export async function findAccelerator(): Promise<"kvm" | "tcg"> {
  const cpuinfo = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  const writable = await isAccessible("/dev/kvm", constants.R_OK | constants.W_OK);
  return hasVirtualization(cpuinfo) && writable ? "kvm" : "tcg";
}

/** True when the flags of /proc/cpuinfo name Intel's or AMD's virtualization. */
export function hasVirtualization(cpuinfo: string): boolean {
  return /^flags\s*:.*\b(?:vmx|svm)\b/m.test(cpuinfo);
}

export interface Uefi {
  readonly code: string;
  /** The template that each machine copies. */
  readonly variables: string;
}

/** Without secure boot: our kernel is started directly, and the ZFS module is not signed. */
const uefiPlaces: readonly (Uefi & { readonly of: string })[] = [
  place("Debian, Ubuntu", "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
  place("Debian 11", "/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
  place("Fedora", "/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
  place("Arch", "/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"),
  place("Arch, older", "/usr/share/edk2-ovmf/x64/OVMF_CODE.fd", "/usr/share/edk2-ovmf/x64/OVMF_VARS.fd"),
  place("openSUSE", "/usr/share/qemu/ovmf-x86_64-code.bin", "/usr/share/qemu/ovmf-x86_64-vars.bin"),
];

function place(of: string, code: string, variables: string) {
  return { of, code, variables };
}

/** The UEFI firmware of this host's distribution. Throws UserError where there is none. */
export async function findUefi(): Promise<Uefi> {
  for (const { code, variables } of uefiPlaces) {
    if ((await isAccessible(code)) && (await isAccessible(variables))) return { code, variables };
  }
  throw new UserError("The UEFI firmware for virtual machines is not installed.", {
    hint: "On Debian and Ubuntu it is the package ovmf, on Fedora edk2-ovmf, on Arch edk2-ovmf.",
  });
}

/** Gives a machine its own variables; those it has stay. */
export async function prepareVariables(uefi: Uefi, file: string): Promise<void> {
  if (!(await isAccessible(file))) await copyFile(uefi.variables, file);
}

async function isAccessible(path: string, mode: number = constants.R_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
