import { expect, test } from "vitest";
import { listVolumeGroups, parseVolumeGroups } from "../../../tui/tools/lvm.ts";

const report = `  WARNING: Running as a non-root user. Functionality may be unavailable.
{
  "report": [
    { "pv": [
        {"pv_name":"/dev/nvme0n1", "vg_name":"vg0", "vg_uuid":"dyYK81-Xm0n"},
        {"pv_name":"/dev/vdd3", "vg_name":"", "vg_uuid":""}
      ]
    }
  ]
}
`;

test("volume groups by their physical volumes; those in none are left out", () => {
  expect([...parseVolumeGroups(report)]).toEqual([["/dev/nvme0n1", { name: "vg0", uuid: "dyYK81-Xm0n" }]]);
  expect(parseVolumeGroups("")).toEqual(new Map());
});

test("a machine whose lvm fails is one without volume groups", async () => {
  const failing = () => Promise.reject(new Error("lvm: not found"));
  expect(await listVolumeGroups(failing)).toEqual(new Map());
});
