import { expect, test, vi } from "vitest";
import { exec } from "../../../tui/base/exec.ts";
import { listBlockDevices, parseBlockDevices } from "../../../tui/tools/lsblk.ts";
import { has } from "./programs.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const printed = `{
   "blockdevices": [
      {
         "name": "vda", "path": "/dev/vda", "type": "disk", "size": 8589934592, "model": null, "serial": "DISK1",
         "wwn": null, "tran": "virtio", "rota": true, "rm": false, "ro": false, "fstype": null, "label": null,
         "uuid": null, "partuuid": null, "partlabel": null, "pttype": "gpt", "ptuuid": "a1b2c3d4",
         "mountpoints": [ null ], "phy-sec": 512, "log-sec": 512,
         "children": [
            {
               "name": "vda1", "path": "/dev/vda1", "type": "part", "size": 1073741824, "model": null, "serial": null,
               "wwn": null, "tran": "virtio", "rota": true, "rm": false, "ro": false, "fstype": "ext4",
               "label": "my data", "uuid": "x", "partuuid": "y", "partlabel": null, "pttype": "gpt", "ptuuid": "a1b2c3d4",
               "mountpoints": [ "/mnt" ], "phy-sec": 512, "log-sec": 512
            }
         ]
      }
   ]
}`;

test("argv, and what lsblk prints as a tree", async () => {
  const asked: (readonly string[])[] = [];
  const [disk] = await listBlockDevices(async (argv) => {
    asked.push(argv);
    return { stdout: printed, stderr: "", exitCode: 0 };
  });
  expect(asked[0]?.slice(0, 4)).toEqual(["lsblk", "--json", "--bytes", "--output"]);
  expect(disk).toMatchObject({
    path: "/dev/vda",
    size: 8589934592,
    model: null,
    serial: "DISK1",
    ptuuid: "a1b2c3d4",
  });
  expect(disk?.children?.[0]).toMatchObject({ label: "my data", mountpoints: ["/mnt"], fstype: "ext4" });
});

test.each([
  ["nothing", ""],
  ["no device", '{"blockdevices": []}'],
])("%s is an empty list", (_, text) => {
  expect(parseBlockDevices(text)).toEqual([]);
});

test("flags and sizes as text, as older ones print them", () => {
  const [disk] = parseBlockDevices(
    '{"blockdevices":[{"name":"sda","type":"disk","size":"4096","ro":"1","rm":"0"}]}',
  );
  expect(disk).toMatchObject({
    path: "/dev/sda",
    size: 4096,
    ro: true,
    rm: false,
    "log-sec": 512,
    mountpoints: [],
  });
});

test("something else is told", () => {
  expect(() => parseBlockDevices("{}")).toThrow("lsblk prints no list of block devices.");
});

test.skipIf(!has("lsblk"))("the real lsblk knows every column", async () => {
  for (const device of await listBlockDevices(exec)) expect(device.path).toMatch(/^\/dev\//);
});
