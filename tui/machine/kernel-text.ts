import type { Bytes } from "../base/bytes.ts";
import type { Machine } from "./machine.ts";

/** console= of the kernel command line, in its order. Source kernel, admin-guide/serial-console */
export function parseConsoles(commandLine: string): string[] {
  return [...commandLine.matchAll(/(?:^|\s)console=(\S+)/g)].flatMap(([, value]) => value ?? []);
}

/** Source proc_cpuinfo(5) */
export function parseCpu(text: string): Machine["cpu"] {
  const value = (key: string) => new RegExp(`^${key}\\s*:\\s*(.*)$`, "m").exec(text)?.[1]?.trim();
  const vendor = { GenuineIntel: "intel", AuthenticAMD: "amd" }[value("vendor_id") ?? ""] ?? "other";
  const flags = value("flags")?.split(" ") ?? [];
  const kvm = flags.includes("vmx") ? "kvm-intel" : flags.includes("svm") ? "kvm-amd" : null;
  return {
    ...(kvm ? { kvm } : {}),
    model: (value("model name") ?? "unknown").replace(/\s+/g, " "),
    vendor: vendor as Machine["cpu"]["vendor"],
    cores: text.match(/^processor\s*:/gm)?.length ?? 1,
  };
}

/** Total memory in bytes. Source proc_meminfo(5): kB is KiB there */
export function parseMemory(text: string): Bytes {
  return Number(/^MemTotal:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024;
}
