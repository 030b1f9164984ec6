import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Whether a program is on this machine; tests that need one are skipped where it is not. */
export function has(program: string): boolean {
  return `${process.env.PATH}:/usr/sbin:/sbin`.split(":").some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
