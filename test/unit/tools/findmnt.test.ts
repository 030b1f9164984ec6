import { expect, test } from "vitest";
import { parseMounts } from "../../../tui/tools/findmnt.ts";

test("findmnt's list, sizes in bytes", () => {
  const text = `{
   "filesystems": [
      {"target": "/mnt", "source": "tank/root", "fstype": "zfs", "options": "rw,relatime,xattr", "fsroot": "/",
       "uuid": null, "label": null, "partuuid": null, "partlabel": null, "size": 7784628224, "avail": 7784497152},
      {"target": "/mnt/boot", "source": "/dev/vda1", "fstype": "vfat", "options": "rw,umask=0077", "fsroot": "/",
       "uuid": "12AB-34CD", "label": "BOOT", "partuuid": "0f1e", "partlabel": "esp", "size": 267386880, "avail": 267382784}
   ]
}`;
  expect(parseMounts(text)).toMatchObject([
    { target: "/mnt", source: "tank/root", fstype: "zfs", uuid: null, avail: 7784497152 },
    {
      target: "/mnt/boot",
      options: ["rw", "umask=0077"],
      uuid: "12AB-34CD",
      label: "BOOT",
      partuuid: "0f1e",
    },
  ]);
  expect(parseMounts("")).toEqual([]);
});
