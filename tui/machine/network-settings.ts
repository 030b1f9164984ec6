import {
  type InterfaceChoices,
  type NetworkChoices,
  numericDestination,
  type PolicyRule,
  type RouteChoice,
  usualBond,
} from "../plan/network-choices.ts";

/** The keys may be missing, in a file that was written by hand. */
type Sparse<T> = { readonly [Key in keyof T]?: T[Key] };
interface Settings {
  readonly interfaces?: readonly (Sparse<InterfaceChoices> & { readonly name: string })[];
  readonly rules?: readonly (Sparse<PolicyRule> & Pick<PolicyRule, "family" | "priority" | "table">)[];
  readonly dns?: Sparse<NetworkChoices["dns"]>;
}

/** The network settings of this system, in full; null where the text is none. Reads /etc/dabei/network.json. */
export function parseNetworkSettings(text: string): NetworkChoices | null {
  try {
    const { interfaces, rules = [], dns = {} } = JSON.parse(text) as Settings;
    if (!Array.isArray(interfaces)) return null;
    return {
      interfaces: (interfaces as NonNullable<Settings["interfaces"]>).map(fullInterface),
      rules: rules.map((rule) => ({ from: null, to: null, mark: null, ...rule })),
      dns: { servers: [], search: [], ...dns },
    };
  } catch {
    return null;
  }
}

function fullInterface(given: Sparse<InterfaceChoices> & { readonly name: string }): InterfaceChoices {
  const { addresses = [], routes = [] } = given;
  return {
    ...{ mac: null, dhcp4: false, autoconf6: true, mtu: null, vlan: null },
    ...given,
    bond: given.bond ? { ...usualBond, ...given.bond } : null,
    addresses: addresses.map((address) => ({ ...address, peer: address.peer ?? null, leased: address.leased ?? false })),
    routes: routes.map(fullRoute),
  }; // biome-ignore format: defaults, then what is given
}

function fullRoute(given: Sparse<RouteChoice>): RouteChoice {
  const via = given.via ?? null;
  return {
    ...{ onlink: false, source: null, metric: null, table: null, mtu: null, leased: false },
    ...given,
    destination: numericDestination(given.destination ?? "default", via),
    via,
  };
}
