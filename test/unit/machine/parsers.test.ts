import { expect, test } from "vitest";
import { countKeys, parsePublicKey } from "../../../tui/machine/host-keys.ts";
import { parseConsoles, parseCpu, parseMemory } from "../../../tui/machine/kernel-text.ts";
import { interfacesOf, parseRoutes, parseRoutes6 } from "../../../tui/machine/network.ts";

test.each([
  ["console=tty0 quiet console=ttyS0,115200n8", ["tty0", "ttyS0,115200n8"]],
  ["root=/dev/sda netconsole=x", []],
  ["", []],
])("consoles of %j", (commandLine, consoles) => {
  expect(parseConsoles(commandLine)).toEqual(consoles);
});

test("cpu and memory", () => {
  const text =
    "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R)  Xeon(R)\n\nprocessor\t: 1\n";
  expect(parseCpu(text)).toEqual({ model: "Intel(R) Xeon(R)", vendor: "intel", cores: 2 });
  expect(parseCpu("")).toEqual({ model: "unknown", vendor: "other", cores: 1 });
  expect(parseCpu("flags\t\t: fpu vmx sse\n").kvm).toBe("kvm-intel");
  expect(parseCpu("flags\t\t: fpu svm svm_lock\n").kvm).toBe("kvm-amd");
  expect(parseCpu("flags\t\t: fpu svm_lock\n").kvm).toBeUndefined();
  expect(parseMemory("MemTotal:        1017856 kB\nMemFree: 1 kB\n")).toBe(1042284544);
});

test("default routes of IPv4", () => {
  const text = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0202000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
`;
  expect(parseRoutes(text)).toEqual([{ interface: "eth0", address: "10.0.2.2" }]);
});

const zero = "0".repeat(32);
const route = (destination: string, length: string, gateway: string, name: string) =>
  `${destination} ${length} ${zero} 00 ${gateway} 00000400 00000003 00000000 00000003 ${name.padStart(8)}`;

test("default routes of IPv6", () => {
  const text = [
    route(zero, "00", "fe800000000000000000000000000001", "eth0"),
    route(zero, "00", "20010db8000000000001000000000000", "eth1"),
    route("fe800000000000000000000000000000", "40", zero, "eth0"),
    route(zero, "00", zero, "lo"),
  ].join("\n");
  expect(parseRoutes6(text)).toEqual([
    { interface: "eth0", address: "fe80::1" },
    { interface: "eth1", address: "2001:db8:0:0:1::" },
  ]);
});

test("interfaces with global addresses only, the loopback left out", () => {
  const links = ["lo", "eth0", "eth1"].map((name) => ({
    name,
    mac: "52:54:00:12:34:56",
    up: name !== "eth1",
  }));
  const addresses = {
    eth0: [
      { address: "10.0.2.15", cidr: "10.0.2.15/24", internal: false },
      { address: "fe80::5054", cidr: "fe80::5054/64", internal: false },
    ],
  };
  const told = interfacesOf(links, addresses, [{ interface: "eth0", address: "10.0.2.2" }]);
  expect(told).toEqual([
    { name: "eth0", mac: "52:54:00:12:34:56", up: true, addresses: ["10.0.2.15/24"], gateways: ["10.0.2.2"] },
    { name: "eth1", mac: "52:54:00:12:34:56", up: false, addresses: [], gateways: [] },
  ]);
});

test.each([
  [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl root@x",
    { type: "ED25519", fingerprint: "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU" },
  ],
  ["", null],
  ["no key", null],
])("the fingerprint of %j", (line, key) => {
  expect(parsePublicKey(line)).toEqual(key);
});

test("keys that let in", () => {
  const text = '# mine\nssh-ed25519 AAAA me\n\ncommand="x" ssh-rsa AAAA you\n#ssh-rsa AAAA no\n';
  expect(countKeys(text)).toBe(2);
});
