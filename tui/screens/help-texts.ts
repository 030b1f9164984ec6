import type { Screen } from "../app/model.ts";
import type { KeyHint } from "../widgets/frame.tsx";

export interface HelpText {
  readonly title: string;
  readonly keys: readonly KeyHint[];
  readonly paragraphs: readonly string[];
}

/** What `?` tells on each screen. */
export function helpOf(screen: Screen, upDown: string): HelpText {
  const everywhere: KeyHint[] = [
    ["Ctrl-L", "draw the screen again"],
    ["Ctrl-C", screen.at === "progress" ? "stop the installation (asks first)" : "leave (asks first)"],
  ];
  const { keys, ...rest } = texts(upDown)[topicOf(screen)];
  return { ...rest, keys: [...keys, ...everywhere] };
}

type Topic = Screen["at"] | "more" | "datasets";

function topicOf(screen: Screen): Topic {
  if (screen.at !== "layout") return screen.at;
  if (screen.open?.kind === "datasets") return "datasets";
  return screen.page === "more" ? "more" : "layout";
}

function texts(upDown: string): Record<Topic, HelpText> {
  const menu: KeyHint[] = [
    [upDown, "move"],
    ["Enter", "choose"],
  ];
  return {
    start: {
      title: "Start",
      keys: menu,
      paragraphs: [
        "This system runs from RAM. No disk is written, and no pool is imported, before the word erase is typed on the review screen.",
        "Everything here can be done over ssh as well: log in as root with one of the known keys and run dabei. The fingerprint lets you check that it is this machine that answers.",
        "The shell has zfs, nix, git, editors and disk tools. exit comes back here.",
      ],
    },
    repair: {
      title: "Repair",
      keys: [...menu, ["r", "look for pools again"], ["Esc", "back to the start"]],
      paragraphs: [
        "The chosen pool is imported, its passphrase asked for where it has one, and the NixOS on it mounted at /mnt. A shell opens inside of it: nixos-rebuild, passwd, journalctl work there. exit unmounts everything and exports the pool.",
        "A pool that another system had last and did not export is imported only after you typed yes: make sure that that system is off.",
        "A pool on disks that are encrypted with LUKS is seen when they are open: one passphrase is asked for, and the others where it does not fit. They are closed again at the end.",
        "From a shell: enter-system POOL. To look at a pool without writing to it: zpool import -o readonly=on -R /mnt POOL.",
      ],
    },
    mounted: {
      title: "What is mounted",
      keys: [
        [upDown, "scroll"],
        ["r", "look again"],
        ["Enter", "on to the flake"],
        ["Esc", "back to the start"],
      ],
      paragraphs: [
        "The system goes into the file systems that somebody has mounted at /mnt. No disk is partitioned, formatted or wiped, and nothing is unmounted at the end; a reboot from here unmounts all and exports the pools.",
        "A host that declares its file systems is checked against what is mounted. One that declares none gets a module that describes it, as nixos-generate-config would.",
        "Without these screens: nixos-install --flake REF#HOST in the shell.",
      ],
    },
    disks: {
      title: "Disks",
      keys: [
        [upDown, "move"],
        ["Space", "mark or unmark"],
        ["r", "look for disks again"],
        ["d", "more or fewer details"],
        ["Enter", "on to the layout"],
        ["Esc", "back to the start"],
      ],
      paragraphs: [
        "Compare model and serial with the label on the disk: names like sda may differ at the next boot.",
        "[s] is a spare: the last of the marked disks, as many as the layout screen says.",
        "Grey disks cannot be chosen; the last column says why. A mounted disk, or one of an imported pool, is free again after umount or zpool export in a shell, and r.",
      ],
    },
    layout: {
      title: "Layout",
      keys: [
        [upDown, "another field"],
        ["Enter", "change it"],
        ["n", "on to the flake"],
        ["Esc", "back to the disks"],
      ],
      paragraphs: [
        "Redundancy: how the disks make a pool, and how many may die. Each disk gets a boot partition of its own, so any of them starts the machine.",
        "Encryption: native hides what is in files, LUKS names and sizes too. Kernels stay readable on the boot partition. The console asks for the passphrase at each boot, or someone gives it by ssh (Unlock).",
        "hostId: ZFS remembers which machine has a pool: the pool is made under the installed system's id, so its first boot imports without force.",
        "Usable is what is left after boot, swap and what ZFS keeps for itself.",
      ],
    },
    more: {
      title: "Layout, more",
      keys: [
        [upDown, "another field"],
        ["Enter", "change it"],
        ["Esc", "back to the first page"],
      ],
      paragraphs: [
        "Copies protect from bad sectors, not from a disk that dies. Sector size cannot be changed later: too small is slow for ever.",
        "Compatibility: a pool with features that the installed system's zfs does not know cannot be imported by it. auto asks the flake.",
        "Kept free: room for a replacement disk that is a little smaller.",
        "ZFS cache: the memory that the installed system's ARC may take.",
      ],
    },
    datasets: {
      title: "Datasets",
      keys: [
        [upDown, "another dataset"],
        ["Enter", "edit its line"],
        ["a", "add one"],
        ["d", "remove it"],
        ["Esc", "done"],
      ],
      paragraphs: [
        "A line has the name below the pool, the place where the installed system mounts it, and ZFS properties: safe/db /var/lib/db recordsize=16k. A dataset without a place holds others, or space.",
        "refreservation=1G keeps space for it; @blank takes a snapshot while it is empty. With impermanence / goes back to its @blank at each boot.",
      ],
    },
    flake: {
      title: "Flake",
      keys: [
        [upDown, "move"],
        ["Enter", "look, choose, next"],
        ["e", "edit the reference"],
        ["w, Ctrl-W", "nix's own words"],
        ["r", "check again"],
        ["Esc", "stop nix, or go back"],
      ],
      paragraphs: [
        "A flake reference as nix takes it: github:owner/repository, git+https://…, https://…/flake.tar.gz, /path. #host behind it chooses a host.",
        "A host that declares no file systems gets a module with this layout, in a flake of its own at /etc/nixos that follows yours.",
        "Trust a cache only if you would run its programs as root: its key signs what is installed.",
      ],
    },
    review: {
      title: "Review",
      keys: [
        ["c", "the exact commands"],
        ["s", "save the answers to /run/dabei/answers.yaml"],
        [upDown, "scroll"],
        ["Esc", "back to the flake"],
      ],
      paragraphs: [
        "These steps run, in this order, and nothing else. Nothing has been written so far.",
        "The disks are looked at once more right before the first write; if one is not what it was, nothing is written.",
      ],
    },
    progress: {
      title: "Installing",
      keys: [
        ["l", "the log"],
        ["q", "leave this screen, the work goes on"],
      ],
      paragraphs: [
        "The installation runs in a process of its own: this screen may be closed, a cable pulled, another terminal opened. Every screen shows the same installation.",
      ],
    },
    failed: {
      title: "Stopped",
      keys: [...menu, ["l", "the log"]],
      paragraphs: [
        "What was finished stays finished. The shell is the place to look at what went wrong, and often to put it right; then try the step again.",
        "Starting over goes back to the choice of disks. Disks that are still mounted below /mnt cannot be chosen: zpool export, or umount -R /mnt first.",
      ],
    },
    done: {
      title: "Installed",
      keys: [...menu, ["l", "the log"]],
      paragraphs: [
        "The pool is exported, or what you have mounted yourself still mounted: a reboot from here lets go of it. Write down the host keys' fingerprints: ssh will show them at the first login to the installed system.",
      ],
    },
  };
}
