import type { Machine } from "../../machine/machine.ts";
import { keyFileSystems } from "../../plan/check-encryption.ts";
import type { Encryption } from "../../plan/choices.ts";
import { takesPassphrase } from "../../plan/encryption.ts";
import type { Model } from "../model.ts";
import { machineOf } from "../navigation.ts";
import { keptDisksOf } from "./chosen.ts";
import { choice, type Field } from "./field.ts";

export const encryption: Field = {
  title: "Encryption",
  place: /encryption|passphrase|keyFile/,
  value: ({ answers: { layout } }) =>
    layout.encryption === "native-key-file" ? `key:${layout.keyFile?.uuid ?? ""}` : layout.encryption,
  told: (model) => {
    const { layout } = model.answers;
    const titles: Record<Encryption, string> = {
      none: "none",
      native: "native ZFS",
      "native-key-file": "native, key file",
      luks: "LUKS",
    };
    const key = layout.keyFile;
    const note = takesPassphrase(layout.encryption)
      ? model.passphrase === null
        ? "no passphrase yet"
        : "passphrase set"
      : key
        ? `${key.path} on ${partitionWith(key.uuid, machineOf(model)) ?? key.uuid}`
        : "";
    return [titles[layout.encryption], note];
  },
  choices: (model) => [
    choice("none", "none", "anyone who has the disks can read them"),
    choice("native", "native ZFS", "aes-256-gcm; asks for a passphrase at each boot"),
    choice("luks", "LUKS", "below ZFS: names and sizes are hidden too; one passphrase"),
    ...keyChoices(model),
  ],
  change: (layout, value) =>
    value.startsWith("key:")
      ? {
          ...layout,
          encryption: "native-key-file",
          keyFile: { uuid: value.slice(4), path: `/${layout.pool}.key` },
          remoteUnlock: null,
        }
      : {
          ...layout,
          encryption: value as Encryption,
          keyFile: null,
          remoteUnlock: value === "none" ? null : layout.remoteUnlock,
        },
};

function keyChoices(model: Model) {
  const places = keptDisksOf(model).flatMap((disk) =>
    disk.contents.filter(
      ({ type, uuid }, index, all) =>
        uuid !== null &&
        keyFileSystems.includes(type ?? "") &&
        // A stick that was formatted as a whole shows its file system as its only partition, too.
        all.findIndex((other) => other.uuid === uuid) === index,
    ),
  );
  if (places.length === 0)
    return [choice("key:", "native, key file", "", "needs a file system on a disk that is not chosen")];
  return places.map(({ path, uuid, type, label }) =>
    choice(
      `key:${uuid}`,
      `native, key on ${path.replace("/dev/", "")}`,
      `${type}${label ? ` ${label}` : ""}; no passphrase, it must be plugged in`,
    ),
  );
}

function partitionWith(uuid: string, machine: Machine | null): string | undefined {
  const contents = machine?.disks.flatMap(({ contents }) => contents) ?? [];
  return contents.find((content) => content.uuid === uuid)?.path.replace("/dev/", "");
}

export const unlock: Field = {
  title: "Unlock by ssh",
  place: /remoteUnlock/,
  value: ({ answers: { layout } }) => String(layout.remoteUnlock?.port ?? "no"),
  told: ({ answers: { layout } }) =>
    layout.remoteUnlock
      ? [`port ${layout.remoteUnlock.port}`, "the passphrase can be given from elsewhere"]
      : ["no", ""],
  choices: ({ answers: { layout, system } }) => {
    const keys = (layout.remoteUnlock?.authorizedKeys ?? []).length + system.authorizedKeys.length;
    const reason = takesPassphrase(layout.encryption)
      ? keys > 0
        ? null
        : "needs an ssh key that may log in"
      : "needs encryption with a passphrase";
    const offers = [
      choice("2222", "port 2222", "ssh before the pool is open, with a host key of its own", reason),
      choice("22", "port 22", "the same; clients warn, they know the system's host key", reason),
    ];
    return [choice("no", "no", "the passphrase is typed on the console"), ...offers];
  },
  change: (layout, value) => ({
    ...layout,
    remoteUnlock:
      value === "no"
        ? null
        : { authorizedKeys: layout.remoteUnlock?.authorizedKeys ?? [], port: Number(value) },
  }),
};
