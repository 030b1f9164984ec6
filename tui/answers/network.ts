import type { Issue } from "../base/errors.ts";
import {
  type AddressChoice,
  type InterfaceChoices,
  type NetworkChoices,
  type RouteChoice,
  usualBond,
} from "../plan/network-choices.ts";
import { givenValues } from "./given-values.ts";
import type { InterfaceAnswer, NetworkAnswers, RouteAnswer } from "./schema-network.ts";

/** The network that an answer file describes: what it leaves out is off, or not there. */
export function networkOf({ interfaces = [], rules = [], dns = {} }: NetworkAnswers): NetworkChoices {
  return {
    interfaces: interfaces.map(interfaceOf),
    rules: rules.map((rule) => ({ from: null, to: null, mark: null, ...givenValues(rule) })),
    dns: { servers: dns.servers ?? [], search: dns.search ?? [] },
  };
}

/** What is wrong with it beyond single values. */
export function networkIssues({ interfaces = [] }: NetworkAnswers): Issue[] {
  const names = interfaces.map(({ name }) => name);
  return interfaces.flatMap(({ name, vlan, bond, dhcp, autoconf, addresses = [] }, index) => {
    const where = `network.interfaces[${index}]`;
    const isParent = interfaces.some((other) => other.vlan?.parent === name);
    return [
      ...(names.indexOf(name) === index
        ? []
        : [
            issue(
              `${where}.name`,
              `Another interface is called ${name} too. Give each interface a name of its own.`,
            ),
          ]),
      ...(!vlan || (vlan.parent !== name && names.includes(vlan.parent))
        ? []
        : [
            issue(
              `${where}.vlan.parent`,
              `A VLAN is on another interface of this list: ${names.filter((other) => other !== name).join(", ")}.`,
            ),
          ]),
      ...(vlan && bond
        ? [
            issue(
              `${where}.bond`,
              "A VLAN has no cards of its own. Make the bond an interface, and this a VLAN on it.",
            ),
          ]
        : []),
      ...(dhcp || autoconf || addresses.length > 0 || isParent
        ? []
        : [issue(where, "It gets no address. Add `dhcp: true`, `autoconf: true` or `addresses`.")]),
    ];
  });
}

/** The section that describes a network: the other way round, nothing is lost. */
export function networkAnswers({ interfaces, rules, dns }: NetworkChoices): NetworkAnswers {
  return {
    interfaces: interfaces.map(({ dhcp4, autoconf6, addresses, routes, bond, ...rest }) =>
      told({
        ...rest,
        bond: bond && { ...bond, ports: [...bond.ports] },
        dhcp: dhcp4,
        autoconf: autoconf6,
        addresses: addresses.map((choice) =>
          choice.peer === null && !choice.leased ? choice.address : told({ ...choice }),
        ),
        routes: routes.map((route) => told({ ...route })),
      }),
    ),
    rules: rules.map((rule) => told({ ...rule })),
    dns: { servers: [...dns.servers], search: [...dns.search] },
  };
}

function interfaceOf(answer: InterfaceAnswer): InterfaceChoices {
  const gateways = (answer.gateways ?? []).map(
    (gateway): RouteAnswer => ({
      destination: "default",
      ...(typeof gateway === "string" ? { via: gateway } : gateway),
    }),
  );
  return {
    name: answer.name,
    mac: answer.mac ?? null,
    dhcp4: answer.dhcp ?? false,
    autoconf6: answer.autoconf ?? false,
    addresses: (answer.addresses ?? []).map(
      (choice): AddressChoice => ({
        ...{ peer: null, leased: false },
        ...(typeof choice === "string" ? { address: choice } : givenValues(choice)),
      }),
    ),
    routes: [...gateways, ...(answer.routes ?? [])].map(routeOf),
    mtu: answer.mtu ?? null,
    vlan: answer.vlan ?? null,
    bond: answer.bond ? { ...usualBond, ...givenValues(answer.bond) } : null,
  };
}

function routeOf(route: RouteAnswer): RouteChoice {
  const left = {
    via: null,
    onlink: false,
    source: null,
    metric: null,
    table: null,
    mtu: null,
    leased: false,
  };
  return { ...left, ...givenValues(route) };
}

/** Without what is as it is anyway: null, false, empty lists. */
function told<T extends object>(value: T): T {
  const isSaid = (part: unknown) =>
    part !== null && part !== false && !(Array.isArray(part) && part.length === 0);
  return Object.fromEntries(Object.entries(value).filter(([, part]) => isSaid(part))) as T;
}

function issue(where: string, message: string): Issue {
  return { where, message, severity: "error" };
}
