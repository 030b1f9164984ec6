import { expect, test } from "vitest";
import { placeOf } from "../../../tui/flake/place.ts";
import { stubExec } from "./stub-exec.ts";

const directory = "/run/dabei/disks";
const device = "/dev/disk/by-label/STICK";
const notMounted = { command: "findmnt", exitCode: 1 };

test.each([
  ["github:a/b", [], "github:a/b"],
  ["disk:STICK", [device], "path:/run/dabei/disks/STICK"],
  ["disk:STICK/infra", [device], "path:/run/dabei/disks/STICK/infra"],
  ["disk:STICK/infra", [device, `${directory}/STICK/infra/.git`], "git+file:///run/dabei/disks/STICK/infra"],
])("%s with %j", async (reference, there, place) => {
  const { exec, commands } = stubExec([notMounted, { command: "mount" }]);
  expect(await placeOf(reference, exec, { exists: (path) => (there as string[]).includes(path) })).toBe(
    place,
  );
  expect(commands.at(-1)).toBe(
    reference.startsWith("disk:") ? `mount --mkdir -t auto -o ro ${device} ${directory}/STICK` : undefined,
  );
});

test("what is mounted already stays", async () => {
  const { exec, commands } = stubExec([{ command: "findmnt" }]);
  await placeOf("disk:STICK", exec, { exists: (path) => path === device });
  expect(commands).toHaveLength(1);
});

test("a disk that is not there, or cannot be mounted, is said", async () => {
  const { exec } = stubExec([notMounted, { command: "mount", exitCode: 32, stderr: "wrong fs type" }]);
  await expect(placeOf("disk:GONE/x", exec, { exists: () => false })).rejects.toThrow(
    "There is no disk labelled GONE in this machine.",
  );
  await expect(placeOf("disk:STICK", exec, { exists: () => true })).rejects.toThrow(
    "The disk STICK cannot be mounted: wrong fs type",
  );
});
