import { formatBytes, GiB } from "../base/bytes.ts";
import type { Disk, Machine } from "../machine/machine.ts";
import { keyFileSystems } from "../plan/check-encryption.ts";
import type { Encryption, LayoutChoices, Preset } from "../plan/choices.ts";
import { chosenDatasets } from "../plan/datasets.ts";
import { takesPassphrase } from "../plan/encryption.ts";
import { vdevOptions } from "../plan/layout.ts";
import { shapeTitle, whyNotShape } from "../plan/vdev.ts";
import { choice, type Field, simpleField } from "./field.ts";
import type { Model } from "./model.ts";
import { machineOf } from "./navigation.ts";

/** The fields of the first page. */

function disksOf(model: Model): Disk[] {
  return (machineOf(model)?.disks ?? []).filter(({ path }) => model.answers.disks.includes(path));
}

const redundancy: Field = {
  title: "Redundancy",
  place: /vdev/,
  value: ({ answers: { layout } }) => shapeValue(layout),
  told: (model) => {
    const { layout } = model.answers;
    const options = vdevOptions(disksOf(model), layout);
    const option = options.find((one) => shapeValue({ ...one, vdev: one.kind }) === shapeValue(layout));
    return [
      option?.title ?? shapeTitle(layout, model.answers.disks.length),
      option?.reason ?? option?.mayDie ?? "",
    ];
  },
  choices: (model) =>
    vdevOptions(disksOf(model), model.answers.layout).map((option) => {
      const usable = option.usable === null ? [] : [`${formatBytes(option.usable)} usable`];
      const note = [...usable, option.mayDie].join(", ");
      return choice(shapeValue({ ...option, vdev: option.kind }), option.title, note, option.reason);
    }),
  change: (layout, value) => {
    const [vdev = "", width = ""] = value.split(":");
    return {
      ...layout,
      vdev: vdev as LayoutChoices["vdev"],
      groupWidth: width === "" ? null : Number(width),
    };
  },
};

function shapeValue({ vdev, groupWidth }: Pick<LayoutChoices, "vdev" | "groupWidth">): string {
  return groupWidth === null ? vdev : `${vdev}:${groupWidth}`;
}

const spares: Field = {
  ...simpleField("Spares", "spares", [], { read: Number }),
  told: (model) => {
    const { spares } = model.answers.layout;
    const last = disksOf(model)
      .slice(-spares)
      .map(({ name }) => name);
    return spares === 0 ? ["none", ""] : [String(spares), `${last.join(", ")}, in place of a disk that dies`];
  },
  choices: (model) =>
    [0, 1, 2, 3].map((spares) => {
      const reason = whyNotShape({ ...model.answers.layout, spares }, model.answers.disks.length);
      const note = spares === 0 ? "every disk is in use" : "ready in place of a disk that dies";
      return choice(
        String(spares),
        spares === 0 ? "none" : String(spares),
        note,
        spares === 0 ? null : reason,
      );
    }),
};

const encryption: Field = {
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
  const kept = (machineOf(model)?.disks ?? []).filter(({ path }) => !model.answers.disks.includes(path));
  const places = kept.flatMap((disk) =>
    disk.contents.filter(({ type, uuid }) => uuid !== null && keyFileSystems.includes(type ?? "")),
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

const unlock: Field = {
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
    const offers = [22, 2222].map((port) =>
      choice(String(port), `port ${port}`, "ssh before the pool is open, with a host key of its own", reason),
    );
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

const swapSizes = [0, 1, 2, 4, 8, 16, 32].map((size) => size * GiB);

const swap: Field = {
  ...simpleField(
    "Swap",
    "swap",
    swapSizes.map((size) =>
      choice(String(size), size === 0 ? "none" : formatBytes(size), size === 0 ? "" : "on each disk"),
    ),
    { read: Number, words: (value) => formatBytes(Number(value)) },
  ),
  told: ({ answers: { layout } }) => {
    if (layout.swap === 0) return ["none", layout.zram ? "but in compressed memory (zram)" : ""];
    const isEncrypted = layout.encryption !== "none";
    return [
      `${formatBytes(layout.swap)} a disk`,
      isEncrypted ? "encrypted with a new random key at each boot" : "",
    ];
  },
};

const presets: Record<Preset, string> = {
  simple: "one dataset for everything but /nix",
  server: "/, /nix, /home and /var/log apart",
  impermanence: "/ can be rolled back to empty at each boot; /persist stays",
};

/** The value of the line that leads to the editor. */
export const editDatasets = "edit";

const datasets: Field = {
  title: "Datasets",
  place: /preset|dataset/,
  value: ({ answers: { layout } }) => (layout.datasets === null ? layout.preset : editDatasets),
  told: ({ answers: { layout } }) => {
    const places = chosenDatasets(layout).flatMap(({ mountpoint }) => mountpoint ?? []);
    return layout.datasets === null
      ? [layout.preset, presets[layout.preset]]
      : [`${layout.preset}, edited`, places.join(" ")];
  },
  choices: ({ answers: { layout } }) => [
    ...Object.entries(presets).map(([name, note]) => choice(name, name, note)),
    choice(
      editDatasets,
      "edit",
      `those of ${layout.preset}${layout.datasets ? ", as edited," : ""} one by one`,
    ),
  ],
  change: (layout, value) =>
    value === editDatasets ? layout : { ...layout, preset: value as Preset, datasets: null },
};

const bootLoader: Field = {
  ...simpleField("Boot loader", "bootLoader", []),
  told: ({ answers: { layout } }) => [
    layout.bootLoader === "grub" ? "GRUB" : "systemd-boot",
    layout.bootLoader === "grub" ? "on every disk, each can start the machine" : "",
  ],
  choices: (model) => {
    const isBios = machineOf(model)?.firmware === "bios";
    const reason = isBios ? "needs UEFI" : model.answers.disks.length > 1 ? "needs a single disk" : null;
    return [
      choice("grub", "GRUB", "on every disk, UEFI or BIOS"),
      choice("systemd-boot", "systemd-boot", "one disk, UEFI", reason),
    ];
  },
};

const typed = { choices: () => [], change: (layout: LayoutChoices) => layout };

export const fieldsMain = {
  redundancy,
  pool: {
    ...typed,
    title: "Pool",
    place: /pool/,
    value: ({ answers }) => answers.layout.pool,
    told: (model) => [model.answers.layout.pool, isRenamed(model) ? "rpool is on a disk that is kept" : ""],
    change: (layout, value) => ({ ...layout, pool: value }),
  },
  hostname: {
    ...typed,
    title: "Hostname",
    place: /hostname|hostId/i,
    value: ({ answers }) => answers.system.hostname ?? "",
    told: ({ answers: { system } }) => [
      system.hostname ?? "the flake's own",
      system.hostId ? `hostId ${system.hostId}` : "",
    ],
  },
  encryption,
  unlock,
  swap,
  datasets,
  spares,
  bootLoader,
} satisfies Readonly<Record<string, Field>>;

function isRenamed(model: Model): boolean {
  const { disks, layout } = model.answers;
  if (!/^rpool\d+$/.test(layout.pool)) return false;
  const kept = (machineOf(model)?.disks ?? []).filter(({ path }) => !disks.includes(path));
  return kept.some(({ contents }) => contents.some(({ pool }) => pool?.name === "rpool"));
}
