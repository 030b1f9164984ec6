import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Bytes } from "../tui/base/bytes.ts";

/** Makes a sparse raw image of zeros. A file that is there is left as it is; answers whether one was made. */
export async function createDisk(path: string, size: Bytes): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    await file.truncate(size).finally(() => file.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The SHA-256 of a disk's whole content, in hex: equal when it is byte for byte the same. */
export async function hashDisk(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest("hex");
}
