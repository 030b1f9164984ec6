import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer as createPlain, type IncomingMessage } from "node:http";
import { createServer as createTls } from "node:https";
import type { AddressInfo, Server } from "node:net";

const fixture = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url));

/** SHA-256 of the certificate of `startFleet`'s TLS server, as the kernel command line and answers take it. */
export const fingerprint = createHash("sha256")
  .update(new X509Certificate(fixture("certificate.pem")).raw)
  .digest("hex");

/** A fleet's server as guests see it: files by plain http and by TLS, and what machines have reported. */
export interface Fleet {
  readonly http: string;
  readonly https: string;
  /** What is served, by path: "/web.yaml". */
  readonly files: Map<string, string>;
  readonly asked: string[];
  readonly reports: { readonly token: string | undefined; readonly body: string }[];
  close(): void;
}

export async function startFleet(): Promise<Fleet> {
  const files = new Map<string, string>();
  const asked: string[] = [];
  const reports: Fleet["reports"] = [];
  const answer = async (request: IncomingMessage) => {
    asked.push(request.url ?? "");
    if (request.method !== "POST") return files.get(request.url ?? "");
    let body = "";
    for await (const chunk of request) body += chunk;
    reports.push({ token: request.headers.authorization, body });
    return "";
  };
  const listener: Parameters<typeof createPlain>[1] = async (request, response) => {
    const text = await answer(request);
    response.writeHead(text === undefined ? 404 : 200).end(text);
  };
  const plain = createPlain(listener);
  const tls = createTls({ key: fixture("key.pem"), cert: fixture("certificate.pem") }, listener);
  const [http, https] = await Promise.all([listen(plain, "http"), listen(tls, "https")]);
  const close = () => {
    plain.close();
    tls.close();
  };
  return { http, https, files, asked, reports, close };
}

/** The host is 10.0.2.2 in QEMU's user network. */
async function listen(server: Server, scheme: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `${scheme}://10.0.2.2:${(server.address() as AddressInfo).port}`;
}
