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

/** Serves the files of a folder over HTTP/1.1 on 127.0.0.1, which guests reach as 10.0.2.2. No listings, no ranges. */
export async function serveDirectory(directory: string, port = 0): Promise<DirectoryServer> {
  const root = resolve(directory);
  const server = createServer(async (request, response) => {
    const file = fileOf(root, request.url ?? "/");
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
    // A guest that goes away in the middle is no fault of the server.
    else await pipeline(createReadStream(file), response).catch(() => response.destroy());
  });
  server.listen(port, "127.0.0.1");
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
