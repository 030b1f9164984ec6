import type { Exec } from "../base/exec.ts";

/**
 * Asks a server for its host keys and answers lines as known_hosts has them; none where it does not answer.
 *
 * Runs    ssh-keyscan -T 15 -p PORT HOST
 * Source  ssh-keyscan(1), sshd(8): "[HOST]:PORT" where the port is not 22
 */
export async function scanHostKeys(server: string, exec: Exec, signal?: AbortSignal): Promise<string[]> {
  const [, host = server, port = "22"] = /^\[(.+)\]:(\d+)$/.exec(server) ?? [];
  const { stdout } = await exec(["ssh-keyscan", "-T", "15", "-p", port, host], {
    accept: [0, 1],
    ...(signal ? { signal } : {}),
  });
  return stdout.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
