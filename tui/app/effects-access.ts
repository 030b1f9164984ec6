import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readAnswers } from "../answers/load.ts";
import { UserError } from "../base/errors.ts";
import { exec } from "../base/exec.ts";
import { placeOf } from "../flake/place.ts";
import { addTokens, giveSshKey, shownHostKeys, trustHostKeys } from "../run/access.ts";
import { stateFiles } from "../run/state.ts";
import { giveAccess } from "../unattended/access.ts";
import { askedFields, readSecrets } from "../unattended/secrets.ts";
import type { Effect } from "./effect.ts";
import type { Send } from "./store.ts";

type AccessEffect = Extract<Effect, { do: "scan-host-keys" | "give-access" }>;

/** Fetches host keys to be looked at, or puts what was typed where nix and ssh find it. */
export async function changeAccess(effect: AccessEffect, send: Send): Promise<void> {
  if (effect.do === "scan-host-keys") {
    const { question } = effect;
    try {
      return send({ is: "host-keys-shown", question, keys: await shownHostKeys(effect.server, exec) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const sentence = [error.message, error.hint].filter(Boolean).join(" ");
      return send({ is: "host-keys-missing", question, failure: { sentence, raw: sentence } });
    }
  }
  const { access, value } = effect;
  if (access.kind === "token") addTokens({ [access.host]: value });
  else if (access.kind === "host-key") trustHostKeys(value.split("\n"));
  else await giveSshKey(value.startsWith("-----") ? value : await readKey(value), exec);
  send({ is: "access-given" });
}

/** A file here, or disk:LABEL/FILE on a stick. */
async function readKey(path: string): Promise<string> {
  const [, label, below = ""] = /^disk:([^/]+)\/(.+)$/.exec(path) ?? [];
  const root = label ? (await placeOf(`disk:${label}`, exec)).replace(/^[a-z+]+:(\/\/)?/, "") : "/root";
  const file = label ? join(root, below) : path.startsWith("/") ? path : join(root, path.replace(/^~\//, ""));
  return readFile(file, "utf8").catch((cause) => {
    throw new UserError(`There is no file ${path}.`, {
      hint: "Paste the key itself, or type a path: /root/key, disk:LABEL/key.",
      cause,
    });
  });
}

/** What the answers that the screens began with give for private flakes; what is to be asked for is typed when it is missed. */
export async function accessOfAnswers(): Promise<void> {
  const file = stateFiles().answers;
  if (!existsSync(file)) return;
  const { answers } = readAnswers(await readFile(file, "utf8"), file);
  if (!answers?.flake) return;
  const part = { version: 1 as const, flake: answers.flake };
  const asked = askedFields(part);
  const values = await readSecrets(part, new Map(asked.map((field) => [field, ""])));
  const there = new Map([...values].filter(([field]) => !asked.includes(field)));
  await giveAccess(answers.flake, there, exec);
}
