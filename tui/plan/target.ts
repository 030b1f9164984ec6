/** Where the system is put together. */
export const targetRoot = "/mnt";

/** Where a path of the installed system is until then: "/boot" is /mnt/boot, "/" or nothing is /mnt. */
export function onTarget(path: string): string {
  return path === "/" || path === "" ? targetRoot : `${targetRoot}${path}`;
}

/** That of all which the store is on, by where each is mounted. */
export function storeAmong<T>(all: readonly T[], placeOf: (one: T) => string | null): T | undefined {
  return ["/nix/store", "/nix", "/"].flatMap((place) => all.find((one) => placeOf(one) === place) ?? [])[0];
}
