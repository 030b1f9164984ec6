import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { bakedFlake, type Given, givenOf } from "../answers/given.ts";
import { laterParameters } from "./places.ts";

/** What this system was given: at its boot, and by scripts/deploy since then. */
export async function readGiven(): Promise<Given> {
  const [atBoot, later, keys] = await Promise.all([
    readFile("/proc/cmdline", "utf8"),
    readFile(laterParameters, "utf8").catch(() => ""),
    readFile("/root/.ssh/authorized_keys", "utf8").catch(() => ""),
  ]);
  return givenOf(`${atBoot.trim()} ${later}`, keys, existsSync(`${bakedFlake}/flake.nix`));
}
