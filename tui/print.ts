/** `dabei machine`: what the screens rest on; a recording of it is a test's machine. */
export async function printMachine(): Promise<number> {
  const { exec } = await import("./base/exec.ts");
  const { probeMachine } = await import("./machine/probe.ts");
  process.stdout.write(`${JSON.stringify(await probeMachine(exec), null, 2)}\n`);
  return 0;
}
