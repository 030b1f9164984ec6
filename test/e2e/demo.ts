import type { Progress } from "../../image/progress.ts";
import { type DirectoryServer, type Meddler, serveDirectory } from "../../qemu/serve.ts";
import { buildFixture } from "../fixtures/build.ts";

/** The demo flake and its binary cache, served to guests until it is closed. */
export interface Demo extends DirectoryServer {
  /** The flake reference as the guest writes it. */
  readonly flake: string;
  /** Of the cache. */
  readonly publicKey: string;
  /** Kernel parameters that make its cache trusted, and offer no flake. */
  readonly trust: string;
  /** Kernel parameters that offer it in the flake step. */
  readonly parameters: string;
  /** Names the flake of another path on the server, such as "broken/syntax.tar.gz". */
  offer(path: string): string;
}

/** Makes the fixture where it is not made, and serves it. */
export async function serveDemo(options: { progress?: Progress; meddle?: Meddler } = {}): Promise<Demo> {
  const { directory, publicKey } = await buildFixture(options);
  const { meddle } = options;
  const server = await serveDirectory(directory, meddle ? { meddle } : {});
  const { guestUrl } = server;
  const trust = `dabei.substituter=${guestUrl}/cache dabei.trusted_key=${publicKey.trim()}`;
  const offer = (path: string) => `dabei.flake=${guestUrl}/${path} ${trust}`;
  const path = "demo.tar.gz";
  return {
    ...server,
    publicKey: publicKey.trim(),
    flake: `${guestUrl}/${path}`,
    offer,
    trust,
    parameters: offer(path),
  };
}
