import { createHash } from "node:crypto";
import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import type { TLSSocket } from "node:tls";
import { UserError } from "../base/errors.ts";

export interface Request {
  readonly url: string;
  /** SHA-256 of the server's certificate, 64 lower-case digits: trusted instead of the authorities. */
  readonly fingerprint?: string | null;
  /** POSTed as JSON; without it the URL is got. */
  readonly body?: unknown;
  readonly token?: string | null;
  readonly signal?: AbortSignal;
}

const timeout = 30_000;
/** An answer file of this size is none. */
const mostBytes = 1024 * 1024;

/** Whether trying again may help: false where the server is another, or said no. */
export class FetchError extends UserError {
  readonly isPassing: boolean;
  constructor(message: string, isPassing: boolean) {
    super(message);
    this.isPassing = isPassing;
  }
}

/** Speaks HTTP to one server, without redirects. Answers the body. Throws FetchError. */
export function fetchBytes({ url, fingerprint, body, token, signal }: Request): Promise<Buffer> {
  const isTls = url.startsWith("https:");
  const text = body === undefined ? undefined : JSON.stringify(body);
  const options = {
    method: text === undefined ? "GET" : "POST",
    timeout,
    headers: {
      "user-agent": "nix-dabei",
      ...(text === undefined
        ? {}
        : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(signal ? { signal } : {}),
    // The name in a pinned certificate may be any: it is this very certificate that is trusted.
    ...(fingerprint ? { rejectUnauthorized: false } : {}),
    // A connection that is kept would be taken up again without its certificate being looked at.
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const call = isTls ? requestTls(url, options) : requestPlain(url, options);
    const send = () => call.end(text);
    call.on("response", (response) => collect(url, response).then(resolve, reject));
    call.on("timeout", () => call.destroy(new Error(`no answer in ${timeout / 1000} s`)));
    call.on("error", (error) =>
      reject(
        error instanceof FetchError || signal?.aborted
          ? error
          : new FetchError(`${url}: ${wordsOf(error)}.`, isPassing(error)),
      ),
    );
    if (!fingerprint) return void send();
    // Neither the path nor the token is told to a server that is not the one.
    call.on("socket", (socket) =>
      socket.once("secureConnect", () => {
        const found = fingerprintOf(socket as TLSSocket);
        if (found === fingerprint) send();
        else
          call.destroy(
            new FetchError(
              `${url}: the server's certificate is ${found}, not the one that is trusted.`,
              false,
            ),
          );
      }),
    );
  });
}

function fingerprintOf(socket: TLSSocket): string {
  const certificate = socket.getPeerX509Certificate();
  return certificate ? createHash("sha256").update(certificate.raw).digest("hex") : "none";
}

async function collect(url: string, response: IncomingMessage): Promise<Buffer> {
  const { statusCode = 0 } = response;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new FetchError(`${url}: more than 1 MiB is no answer file.`, false);
    chunks.push(chunk);
  }
  if (statusCode >= 200 && statusCode < 300) return Buffer.concat(chunks);
  // 404: the fleet's server may learn of the machine later.
  const isPassing = statusCode >= 500 || [404, 408, 425, 429].includes(statusCode);
  throw new FetchError(
    `${url}: the server answers ${statusCode} ${response.statusMessage ?? ""}.`.replace(" .", "."),
    isPassing,
  );
}

function wordsOf(error: Error & { code?: string }): string {
  const words: Record<string, string> = {
    ECONNREFUSED: "nothing listens there",
    ENOTFOUND: "no such host name",
    EAI_AGAIN: "host names cannot be looked up",
    ENETUNREACH: "the network cannot be reached",
    EHOSTUNREACH: "the machine cannot be reached",
  };
  if (/SELF_SIGNED|UNABLE_TO_/.test(error.code ?? ""))
    return "its certificate is not signed by an authority that is known here; give its fingerprint";
  return words[error.code ?? ""] ?? error.message;
}

/** A certificate that is not trusted stays so; all else of a network may pass. */
function isPassing({ code = "" }: Error & { code?: string }): boolean {
  return !/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_INVALID_URL/.test(code);
}
