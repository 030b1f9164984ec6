import { once } from "node:events";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize, resolve } from "node:path";
import { pipeline } from "node:stream/promises";

export interface DirectoryServer {
  readonly port: number;
  /** The same server as a guest of QEMU's user network sees it, without a slash at its end. */
  readonly guestUrl: string;
  close(): Promise<void>;
}

/** How much of a file is sent: all of it, or its first half, after which the connection breaks. */
export type Part = "all" | "half";

/** Asked at each request for a file, by its path; the answer may be waited for. */
export type Meddler = (path: string) => Part | Promise<Part>;

/** Serves the files of a folder over HTTP/1.1 on 127.0.0.1, which guests reach as 10.0.2.2. No listings, no ranges. */
export async function serveDirectory(
  directory: string,
  { meddle = () => "all" }: { readonly meddle?: Meddler } = {},
): Promise<DirectoryServer> {
  const root = resolve(directory);
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    const part = await meddle(path);
    const file = fileOf(root, path);
    const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
    const readable = request.method === "GET" || request.method === "HEAD";
    if (!readable || file === undefined || !found?.isFile()) {
      const text = readable ? "not found\n" : "only GET and HEAD\n";
      response.writeHead(readable ? 404 : 405, { "content-length": text.length });
      response.end(request.method === "HEAD" ? undefined : text);
      return;
    }
    response.writeHead(200, {
      "content-length": found.size,
      "content-type": "application/octet-stream",
      "last-modified": found.mtime.toUTCString(),
    });
    if (request.method === "HEAD") response.end();
    else if (part === "half") {
      const half = createReadStream(file, { end: Math.max(0, Math.floor(found.size / 2) - 1) });
      await pipeline(half, response, { end: false }).catch(() => {});
      response.destroy();
    }
    // A guest that goes away in the middle is no fault of the server.
    else await pipeline(createReadStream(file), response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: bound } = server.address() as AddressInfo;
  return {
    port: bound,
    guestUrl: `http://10.0.2.2:${bound}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** The file a URL's path names, or undefined where the path leads out of the folder or is no path. */
function fileOf(root: string, url: string): string | undefined {
  try {
    const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
    return path.includes("\0") ? undefined : join(root, path);
  } catch {
    return undefined;
  }
}
