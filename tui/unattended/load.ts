import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { zstdDecompressSync } from "node:zlib";
import { UserError } from "../base/errors.ts";
import type { Exec } from "../base/exec.ts";
import { fillPlaceholders, placeholderValues } from "../machine/placeholders.ts";
import { probeIdentity } from "../machine/probe.ts";
import { loadFirmwareConfig, readCredential } from "./credentials.ts";
import { fetchBytes } from "./fetch.ts";
import { retry } from "./retry.ts";
import { answerFiles, answerLabels, type Found, nameOf, type Source } from "./sources.ts";

export interface LoadContext {
  readonly exec: Exec;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
  /** How often a server is asked. @default for ever */
  readonly most?: number;
}

/** The name of the credential, and of its file in fw_cfg. */
export const credentialName = "dabei.answers";

/** Looks what answers may come from. Disks are looked at, none is mounted. */
export async function lookForSources(exec: Exec): Promise<Found> {
  await loadFirmwareConfig();
  return {
    commandLine: await readFile("/proc/cmdline", "utf8"),
    files: answerFiles.filter((path) => existsSync(path)),
    devices: await labelledDevices(exec),
    credentials: (["fw_cfg", "smbios"] as const).filter(
      (way) => readCredential(credentialName, way) !== null,
    ),
  };
}

/** Reads an answer file from where it is. Throws UserError, and AbortError when the signal fires. */
export async function loadSource(
  source: Source,
  context: LoadContext,
): Promise<{ text: string; name: string }> {
  switch (source.from) {
    case "url":
      return loadUrl(source, context);
    case "inline":
      return { text: plainText(Buffer.from(source.base64, "base64")), name: "dabei.answers" };
    case "file":
      return { text: await readFile(source.path, "utf8"), name: source.path };
    case "device":
      return loadDevice(source.devices, context);
    case "credential": {
      const bytes = readCredential(credentialName, source.way);
      if (bytes === null) throw new UserError(`${nameOf(source)} has no ${credentialName} any more.`);
      return { text: plainText(bytes), name: credentialName };
    }
    default:
      return source satisfies never;
  }
}

async function loadUrl(
  { url, sha256, fingerprint }: Extract<Source, { from: "url" }>,
  { say, signal, most }: LoadContext,
): Promise<{ text: string; name: string }> {
  const get = async () => {
    // Anew at each try: the card that leads out may be known only now.
    const { text, missing } = fillPlaceholders(
      url,
      placeholderValues(await probeIdentity()),
      encodeURIComponent,
    );
    if (missing.length > 0) {
      throw new UserError(
        `This machine has no ${missing.join(" and no ")}, which the URL of the answers asks for.`,
      );
    }
    return {
      address: text,
      bytes: await fetchBytes({ url: text, fingerprint, ...(signal ? { signal } : {}) }),
    };
  };
  const { address, bytes } = await retry(get, {
    say,
    ...(signal ? { signal } : {}),
    ...(most === undefined ? {} : { most }),
  });
  const found = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== null && found !== sha256)
    throw new UserError(`${address} has the SHA-256 ${found}, not the one that is trusted: it is not used.`);
  return { text: plainText(bytes), name: address };
}

const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** The text, unpacked where it is packed by zstd. */
export function plainText(bytes: Buffer): string {
  const isPacked = bytes.subarray(0, 4).equals(zstdMagic);
  try {
    return (isPacked ? zstdDecompressSync(bytes, { maxOutputLength: 1024 * 1024 }) : bytes).toString("utf8");
  } catch {
    throw new UserError("The answers are packed by zstd, but cut off or damaged.");
  }
}

/** By what udev knows; the same label may be on several. */
async function labelledDevices(exec: Exec): Promise<string[]> {
  const { stdout } = await exec(["lsblk", "--json", "--paths", "--list", "--output", "PATH,LABEL"]);
  const { blockdevices } = JSON.parse(stdout) as {
    blockdevices: readonly { path: string; label: string | null }[];
  };
  return blockdevices.flatMap(({ path, label }) => (label && answerLabels.includes(label) ? path : []));
}

async function loadDevice(
  devices: readonly string[],
  { exec }: LoadContext,
): Promise<{ text: string; name: string }> {
  const found: { text: string; name: string }[] = [];
  for (const device of devices) found.push(...(await filesOn(device, exec)));
  const [first, ...others] = found;
  if (!first) throw new NothingThere();
  if (others.length === 0) return first;
  throw new UserError(
    `Several disks have answers, and which of them count is not to be guessed: ${found.map(({ name }) => name).join(", ")}.`,
    { hint: "Pull out those that are not meant." },
  );
}

/** A disk has the label, and no answers: it is somebody else's. */
export class NothingThere extends Error {}

/** Where a disk with answers is mounted. */
export const answersDisk = "/run/dabei/answers-disk";

/**
 * answers.yaml; or cloud-init's user-data, if its first line says that it is for us. A disk that has them stays mounted:
 * so it is in use, and no selector can take it as a disk to install on.
 */
async function filesOn(device: string, exec: Exec): Promise<{ text: string; name: string }[]> {
  await mkdir(answersDisk, { recursive: true });
  if (!(await mountReadOnly(device, exec))) return [];
  const own = await readFile(`${answersDisk}/answers.yaml`, "utf8").catch(() => null);
  if (own !== null) return [{ text: own, name: `${device}:/answers.yaml` }];
  const user = await readFile(`${answersDisk}/user-data`, "utf8").catch(() => "");
  if (/^#dabei\s*\n/.test(user)) return [{ text: user, name: `${device}:/user-data` }];
  await exec(["umount", answersDisk]);
  return [];
}

/** Mounted without a trace: ext4 would replay its journal even when it is mounted read-only. */
async function mountReadOnly(device: string, exec: Exec): Promise<boolean> {
  for (const [type, options] of [
    ["iso9660", "ro"],
    ["vfat", "ro"],
    ["ext4", "ro,noload"],
  ] as const) {
    const command = ["mount", "-t", type, "-o", `${options},nosuid,nodev,noexec`, device, answersDisk];
    const mounted = await exec(command).then(
      () => true,
      () => false,
    );
    if (mounted) return true;
  }
  return false;
}
