import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer as createPlain, type RequestListener } from "node:http";
import { createServer as createTls } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { FetchError, fetchBytes } from "../../../tui/unattended/fetch.ts";
import { pauseAfter, retry } from "../../../tui/unattended/retry.ts";

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url));
const certificate = fixture("certificate.pem");
const pin = createHash("sha256").update(new X509Certificate(certificate).raw).digest("hex");

const servers: { close: () => unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(listener: RequestListener, isTls = false): Promise<string> {
  const server = isTls
    ? createTls({ key: fixture("key.pem"), cert: certificate }, listener)
    : createPlain(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `${isTls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const failureOf = (url: string, options: object = {}) =>
  fetchBytes({ url, ...options }).then(
    () => null,
    (error: FetchError) => error,
  );

describe("fetchBytes", () => {
  test("a body by plain http", async () => {
    const url = await serve((_, response) => response.end("version: 1\n"));
    expect((await fetchBytes({ url })).toString()).toBe("version: 1\n");
  });

  test("a certificate that nobody has signed is trusted by its fingerprint alone, whatever its name", async () => {
    const url = await serve((_, response) => response.end("hello"), true);
    expect((await fetchBytes({ url, fingerprint: pin })).toString()).toBe("hello");
    const message = expect.stringContaining("not signed by an authority");
    expect(await failureOf(url)).toMatchObject({ isPassing: false, message });
  });

  test("a server with another certificate is told neither path nor token", async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked++;
      response.end();
    }, true);
    const failure = await failureOf(`${url}/secret`, {
      fingerprint: "0".repeat(64),
      token: "s3cret",
      body: {},
    });
    expect(failure).toMatchObject({ isPassing: false, message: expect.stringContaining(pin) });
    expect(asked).toBe(0);
  });

  test("a report is JSON with its token", async () => {
    let seen: unknown;
    const url = await serve(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      seen = [request.method, request.headers.authorization, JSON.parse(body)];
      response.writeHead(204).end();
    });
    await fetchBytes({ url, body: { event: "start" }, token: "abc" });
    expect(seen).toEqual(["POST", "Bearer abc", { event: "start" }]);
  });

  test.each([
    [404, true],
    [503, true],
    [429, true],
    [403, false],
    [301, false],
  ])("status %i: trying again may help: %s", async (status, isPassing) => {
    const url = await serve((_, response) => response.writeHead(status).end());
    expect(await failureOf(url)).toMatchObject({ isPassing });
  });

  test("nobody there passes; megabytes do not", async () => {
    expect(await failureOf("http://127.0.0.1:1/")).toMatchObject({
      isPassing: true,
      message: "http://127.0.0.1:1/: nothing listens there.",
    });
    const url = await serve((_, response) => response.end(Buffer.alloc(2 * 1024 * 1024)));
    expect(await failureOf(url)).toMatchObject({ isPassing: false });
  });
});

describe("retry", () => {
  test("pauses double, up to a minute", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 20].map(pauseAfter)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test("what will not pass is not tried again", async () => {
    let tries = 0;
    const attempt = async () => {
      tries++;
      throw new FetchError("no", false);
    };
    await expect(retry(attempt, { say: () => {} })).rejects.toThrow("no");
    expect(tries).toBe(1);
  });

  test("each failure is told, and a signal ends the waiting", async () => {
    const said: string[] = [];
    const stop = new AbortController();
    const attempt = async () => {
      throw new FetchError("http://a: nothing listens there.", true);
    };
    const say = (line: string) => {
      said.push(line);
      stop.abort();
    };
    await expect(retry(attempt, { say, signal: stop.signal })).rejects.toThrow();
    expect(said).toEqual(["http://a: nothing listens there. Again in 1 s."]);
  });
});
