import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A network namespace of its own: the wire, the router and the client of a machine on tap interfaces. Needs no root. */
export interface Namespace {
  /** Beginning of a command that runs in it. */
  readonly through: readonly string[];
  close(): void;
}

/** Makes one and sets it up by shell code, such as `ip tuntap add dev tap0 mode tap`. */
export async function makeNamespace(setUp: string): Promise<Namespace> {
  // It ends with its stdin, which the system closes when we end, however that happens.
  const code = `set -e\nip link set lo up\n${setUp}\necho ready\nexec cat`;
  const holder = spawn("unshare", ["--map-root-user", "--net", "sh", "-c", code], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaints = "";
  holder.stderr.on("data", (chunk) => {
    complaints += chunk;
  });
  const [line] = await Promise.race([
    once(createInterface({ input: holder.stdout }), "line"),
    once(holder, "close"),
  ]);
  if (line !== "ready") throw new Error(`The network namespace could not be set up: ${complaints}`);
  const through = ["nsenter", "--preserve-credentials", "--user", "--net", "--target", String(holder.pid)];
  return { through, close: () => void holder.kill() };
}
