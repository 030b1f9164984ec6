import type { Model } from "../../../tui/app/model.ts";
import { withPreflight } from "../../../tui/flake/chosen-host.ts";
import {
  atDisks,
  atFindings,
  atHosts,
  atLayout,
  atReview,
  begun,
  demoFacts,
  happened,
  host,
  probed,
  recorded,
  type,
} from "../app/driver.ts";
import { machineWith, onZfs } from "../plan/mounted/example.ts";
import { failed, finished, following, interrupted, running, stopped } from "./runs.ts";

const server = recorded("nvme-server");
const encrypted = happened(type(atLayout(), "down", "down", "down", "enter"), {
  is: "choice-made",
  value: "native",
});
const more = type(atLayout(), "end", "enter");
const datasets = happened(type(atLayout(), "down", "down", "down", "down", "down", "down", "enter"), {
  is: "choice-made",
  value: "edit",
});
const large = recorded("bios-six-large");
const twelve = type(
  atDisks({
    ...large,
    disks: Array.from({ length: 12 }, (_, index) => {
      const name = `sd${"abcdefghijkl"[index]}`;
      return { ...large.disks[0]!, name, path: `/dev/${name}`, serial: `ZR5A${index}` };
    }),
  }),
  ...Array.from({ length: 12 }, () => ["space", "down"]).flat(),
  "enter",
);
const spare = happened(type(twelve, ...Array.from({ length: 7 }, () => "down"), "enter"), {
  is: "choice-made",
  value: "2",
});
const asking = type(type(atLayout(), "n"), "github:example/infra", "enter");
const refused = (raw: string) =>
  type(
    happened(asking, {
      is: "flake-probe-failed",
      question: asking.model.question,
      failure: { sentence: "It cannot be read from here.", raw },
    }),
    "enter",
  );
const hostKey = refused(
  "No ED25519 host key is known for git.example.org and you have requested strict checking.",
);
const byHand = happened(begun, probed(machineWith(onZfs)), {
  is: "menu-item-chosen",
  item: "install-mounted",
});
const handAsking = type(byHand, "enter", "github:example/infra", "enter");
const handHosts = happened(handAsking, {
  is: "flake-probed",
  question: handAsking.model.question,
  facts: demoFacts,
});
const handChecking = type(handHosts, "enter");
const handReview = type(
  happened(handChecking, {
    is: "flake-checked",
    question: handChecking.model.question,
    preflight: { findings: [], toplevel: null, lock: null, download: null, unpacked: null },
  }),
  "enter",
);
const cache = { url: "https://cache.example.org", publicKey: "example-1:Zk3aB9==" };
const broken = happened(asking, {
  is: "flake-probe-failed",
  question: asking.model.question,
  failure: {
    sentence: "flake.nix:12:3 has a syntax error: unexpected '}'. Mend it there, then look again.",
    raw: "error: syntax error, unexpected '}'\n       at flake.nix:12:3:",
  },
});

/** Each a line and a half on a screen of 80 columns. */
const manyFindings = atFindings(
  demoFacts,
  Array.from({ length: 9 }, (_, index) => ({
    level: "warning",
    sentence: `The cache https://cache-${index + 1}.example.org cannot be reached: what only it has would be built on this machine.`,
  })),
);

function checkedLater(model: Model): Model {
  const later = { system: "x86_64-linux", bootLoader: null };
  return { ...model, answers: withPreflight(model.answers, { lock: null, later }) };
}

/** Every screen in every state worth seeing, by name. */
export const views = {
  "start, first frame": begun.model,
  start: happened(begun, probed(server)).model,
  "start, question": type(happened(begun, probed(server)), "ctrl-c").model,
  "start, help": type(happened(begun, probed(server)), "?").model,
  repair: happened(begun, probed(recorded("old-zfs-pools")), { is: "menu-item-chosen", item: "repair" })
    .model,
  "repair, encrypted": happened(begun, probed(recorded("md-array")), {
    is: "menu-item-chosen",
    item: "repair",
  }).model,
  "repair, none": happened(begun, probed(server), { is: "menu-item-chosen", item: "repair" }).model,
  disks: type(atDisks(server), "space", "down", "space").model,
  "disks, details": type(atDisks(recorded("old-zfs-pools")), "d").model,
  "disks, none": atDisks(recorded("no-disks")).model,
  "disks, six": atDisks(recorded("bios-six-large")).model,
  "disks, two spares": type(spare, "escape", "end").model,
  "disks, help": type(atDisks(server), "?").model,
  layout: atLayout().model,
  "layout, redundancy": type(atLayout(), "enter").model,
  "layout, pool": type(atLayout(), "down", "enter").model,
  "layout, pool refused": type(atLayout(), "down", "enter", "ctrl-u", "enter").model,
  "layout, passphrase": type(encrypted, "abc", "enter").model,
  "layout, no passphrase": type(encrypted, "escape").model,
  "layout, encryption": type(atLayout(), "down", "down", "down", "enter").model,
  "layout, more": more.model,
  "layout, compression": type(more, "enter").model,
  "layout, datasets": datasets.model,
  "layout, a dataset": type(datasets, "down", "enter").model,
  "layout, a dataset refused": type(datasets, "a", "data /data recordsize=3k", "enter").model,
  "layout, half of an array": type(atDisks(recorded("md-array")), "down", "down", "space", "enter").model,
  "layout, help": type(atLayout(), "?").model,
  "layout, more, help": type(more, "?").model,
  "layout, datasets, help": type(datasets, "?").model,
  "layout, twelve disks": twelve.model,
  "layout, two spares": spare.model,
  "layout, three groups": happened(type(twelve, "enter"), { is: "choice-made", value: "raidz1:4" }).model,
  "layout, redundancy of twelve": type(twelve, "enter").model,
  "flake, empty": type(atLayout(), "n").model,
  "flake, asking": asking.model,
  "flake, broken": broken.model,
  "flake, nix's own words": type(broken, "ctrl-w").model,
  "flake, hosts": atHosts().model,
  "flake, trust": atHosts({
    ...demoFacts,
    hosts: [host("web1"), host("old", { error: { sentence: "web2 needs a hostId.", raw: "error" } })],
    asksFor: [cache],
  }).model,
  "flake, disko": type(
    atHosts({
      ...demoFacts,
      hosts: [
        host("store", {
          disks: "disko",
          way: {
            kind: "disko",
            disks: [
              { name: "data", device: "/dev/sdb" },
              { name: "main", device: "/dev/sda" },
            ],
            pools: ["tank"],
          },
        }),
      ],
    }),
    "enter",
  ).model,
  "flake, token is lacking": happened(asking, {
    is: "flake-probe-failed",
    question: asking.model.question,
    failure: {
      sentence:
        "GitHub shows no repository example/infra, or not that branch: it does not exist, or it is private. Check the reference, or give an access token.",
      raw: "unable to download 'https://api.github.com/repos/example/infra/commits/HEAD': HTTP error 404",
    },
  }).model,
  "flake, token": type(
    refused("unable to download 'https://api.github.com/repos/example/infra/commits/HEAD': HTTP error 404"),
    "ghp_secret",
  ).model,
  "flake, ssh key": refused("git@git.example.org: Permission denied (publickey).").model,
  "flake, host key": happened(hostKey, {
    is: "host-keys-shown",
    question: hostKey.model.question,
    keys: [
      { type: "ECDSA", fingerprint: "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM", line: "a" },
      { type: "ED25519", fingerprint: "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU", line: "b" },
    ],
  }).model,
  "start, mounted": happened(begun, probed(machineWith(onZfs))).model,
  mounted: byHand.model,
  "mounted, help": type(byHand, "?").model,
  "review, mounted": handReview.model,
  "flake, findings": atFindings().model,
  "flake, many findings": manyFindings.model,
  "flake, many findings, further down": type(manyFindings, "down", "down").model,
  "flake, many findings, at their end": type(manyFindings, "end").model,
  review: atReview().model,
  "review, host checked later": checkedLater(atReview().model),
  "review, commands": type(atReview(), "c").model,
  progress: following(running),
  "progress, log": type({ model: following(failed), effects: [] }, "l").model,
  failed: following(failed),
  "failed, stopped": following(stopped),
  "failed, interrupted": following(interrupted),
  done: following(finished),
} satisfies Readonly<Record<string, Model>>;
