import type { Choices } from "../choices.ts";
import type { Declared } from "../evaluated.ts";

/** Where a host with / in RAM keeps what has to stay: the usual names, on ZFS. "" is the root itself. */
export function declaredHome({ fileSystems }: Pick<Declared, "fileSystems">): string {
  const root = fileSystems.find(({ mountPoint }) => mountPoint === "/");
  const stays = fileSystems.filter(({ fsType }) => fsType === "zfs").map(({ mountPoint }) => mountPoint);
  if (stays.includes("/etc/nixos")) return "";
  const kept = ["/persist", "/persistent", "/nix/persist", "/state"].find((place) => stays.includes(place));
  return kept ?? (root?.fsType === "tmpfs" ? "/nix" : "");
}

/** Where a machine keeps what has to stay: "" where its / does. */
export function homeOf({ flake, layout }: Pick<Choices, "flake" | "layout">): string {
  const way = flake.evaluated?.way;
  if (way?.kind === "declared") return declaredHome(way);
  if (way?.kind === "disko") return way.home ?? "";
  return layout.preset === "impermanence" ? "/persist" : "";
}
