import { exec } from "../../tui/base/exec.ts";
import { directoryOf } from "./harness.ts";
import { makeSsh, type Ssh } from "./ssh.ts";

/** A way into the initrd of a machine, at the port that is usual there, and the section of the answer file for it. */
export async function makeUnlock(
  name: string,
): Promise<{ unlock: Ssh; remoteUnlock: { authorizedKeys: string[] } }> {
  const unlock = await makeSsh(`${directoryOf(name)}-unlock`, 2222);
  const key = unlock.options.firmwareConfig["opt/io.systemd.credentials/ssh.authorized_keys.root"] ?? "";
  return { unlock, remoteUnlock: { authorizedKeys: [key] } };
}

/** Gives the passphrase to the initrd by ssh, as a person does at a terminal, once it listens. */
export async function bring(unlock: Ssh, passphrase: string): Promise<void> {
  const end = performance.now() + 600_000;
  for (;;) {
    const failure = await exec([...unlock.argv.slice(0, 1), "-tt", ...unlock.argv.slice(1)], {
      input: `${passphrase}\n`,
    }).then(
      () => "",
      ({ stdout, stderr }) => `${stdout}${stderr}`,
    );
    // The boot goes on and takes the connection with it: how ssh ends does not tell whether it has worked.
    if (/enter passphrase/i.test(failure)) return;
    if (performance.now() > end) throw new Error(`No way into the initrd: ${failure}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
