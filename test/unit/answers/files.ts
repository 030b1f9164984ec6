import { readdirSync, readFileSync } from "node:fs";

const top = new URL("../../../", import.meta.url);

/** Answer files of a folder of the repository, by name. */
export function answerFiles(folder: string): { name: string; text: string }[] {
  const place = new URL(`${folder}/`, top);
  return readdirSync(place)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({ name: name.replace(".yaml", ""), text: readFileSync(new URL(name, place), "utf8") }));
}
