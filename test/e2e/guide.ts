import { expect } from "vitest";
import type { Vm } from "../../qemu/vm.ts";
import { firstScreen } from "./harness.ts";

/** What a person decides in a guided install. */
export interface Walk {
  /** Serial numbers of the disks to mark, as the disk screen shows them. */
  readonly serials: readonly string[];
  readonly passphrase?: string;
  /** @default "demo" */
  readonly host?: string;
}

/** Goes from the first screen to the review, by keys alone, as a person does. */
export async function walkToReview(vm: Vm, walk: Walk): Promise<void> {
  const { serial } = vm;
  await serial.waitFor(firstScreen);
  serial.press("enter");
  await markDisks(vm, walk.serials);
  serial.press("enter");
  await serial.waitFor("Redundancy");
  if (walk.passphrase !== undefined) await encrypt(vm, walk.passphrase);
  serial.press("n");
  await chooseOffer(vm);
  await chooseHost(vm, walk.host ?? "demo");
  await serial.waitFor("Evaluates with this layout", { timeout: 900_000 });
  await serial.waitFor(/Enter next/);
  serial.press("enter");
  await serial.waitFor("to begin");
}

/** Marks the disks with these serial numbers, wherever they stand in the list. */
export async function markDisks(vm: Vm, serials: readonly string[]): Promise<void> {
  const { serial } = vm;
  await serial.waitFor((screen) => serials.every((one) => screen.includes(one)));
  for (const wanted of serials) {
    // The focused row has ">" in front; the list may be in any order, so look rather than count.
    await moveTo(vm, new RegExp(`^ *> *\\[.\\].*${wanted}`, "m"));
    serial.press("space");
    await serial.waitFor(new RegExp(`\\[x\\].*${wanted}`));
  }
}

/** Presses "down" until the line shows; the longest list here has fewer than ten rows. */
async function moveTo(vm: Vm, line: RegExp): Promise<void> {
  const { serial } = vm;
  // Where it is in focus already, "home" would lead away while the screen still shows it. Half a screen does not tell.
  await serial.waitForQuiet();
  if (line.test(serial.screen())) return;
  serial.press("home");
  for (let presses = 0; presses < 10; presses++) {
    if (await serial.waitFor(line, { timeout: 5000 }).catch(() => undefined)) return;
    serial.press("down");
  }
  await serial.waitFor(line);
}

async function encrypt(vm: Vm, passphrase: string): Promise<void> {
  const { serial } = vm;
  await moveTo(vm, /^ *> Encryption/m);
  serial.press("enter");
  await serial.waitFor(/native/);
  serial.press("down", "enter");
  await serial.waitFor(/Passphrase/);
  serial.type(passphrase);
  serial.press("enter");
  await serial.waitFor(/again/i);
  serial.type(passphrase);
  serial.press("enter");
  await serial.waitFor("passphrase set");
  expect(serial.sent()).not.toContain(passphrase);
}

/** Takes the flake that was given at boot. */
export async function chooseOffer(vm: Vm): Promise<void> {
  const { serial } = vm;
  await serial.waitFor("given at boot");
  serial.press("down");
  await serial.waitFor(/^ *> .*tar\.gz {2}given at boot/m);
  serial.press("enter");
}

/** Chooses a host of the flake that is shown. */
export async function chooseHost(vm: Vm, host: string): Promise<void> {
  await vm.serial.waitFor(/Hosts/, { timeout: 900_000 });
  await moveTo(vm, new RegExp(`> *${host}\\b`));
  vm.serial.press("enter");
}

/** Types the word that begins the writing. */
export async function begin(vm: Vm): Promise<void> {
  vm.serial.type("erase");
  await vm.serial.waitFor(/erase to begin: erase/);
  vm.serial.press("enter");
  await vm.serial.waitFor("Installing");
}

/** Waits for the end of the installation and reboots; the machine of a test ends there. */
export async function finish(vm: Vm): Promise<void> {
  const { serial } = vm;
  const screen = await serial.waitFor(/is installed|Installation stopped/, { timeout: 1_800_000 });
  expect(screen).toContain("is installed");
  await serial.waitFor("Reboot now");
  serial.press("enter");
  const question = await Promise.race([serial.waitFor(/y\/n/).catch(() => ""), vm.exited.then(() => "")]);
  if (question) serial.press("y");
  await vm.exited;
}
