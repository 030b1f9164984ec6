import * as z from "zod";
import { bondModes, hashPolicies, usualBond } from "../plan/network-choices.ts";
import { text } from "./schema-values.ts";

const yesNo = "must be true or false";
const notPrefix = "must be an address with its prefix length: 203.0.113.7/24";
const isAddress = (value: string) => /^[0-9a-f.:]+(%[\w.-]+)?$/i.test(value) && /[.:]/.test(value);
const address = z.string("must be an address").refine(isAddress, "must be an address");
const prefix = z
  .string(notPrefix)
  .refine((value) => /^[0-9a-f.:]+\/\d{1,3}$/i.test(value) && /[.:]/.test(value), notPrefix);

const addressChoice = z.union(
  [
    prefix,
    z.strictObject({
      address: prefix.meta({ description: "With its prefix length." }),
      peer: address.nullable().optional().meta({ description: "The other end of a point-to-point link." }),
      leased: z
        .boolean(yesNo)
        .optional()
        .meta({ description: "It was given by DHCP, and stands in until it is again." }),
    }),
  ],
  { error: `${notPrefix}, or {address, peer, leased}` },
);

const gateway = z.union(
  [
    address,
    z.strictObject({
      via: address.meta({ description: "Its address." }),
      onlink: z
        .boolean(yesNo)
        .optional()
        .meta({ description: "It is outside of the interface's networks.", default: false }),
    }),
  ],
  {
    error: "must be an address, or {via: ADDRESS, onlink: true} when it is in no network of the interface",
  },
);

const route = z.strictObject({
  destination: text("must be a network, 10.0.0.0/8, or default").meta({
    description: "A network, or `default`.",
    examples: ["10.0.0.0/8"],
  }),
  via: address.nullable().optional().meta({ description: "The gateway; without one, on the link itself." }),
  onlink: z
    .boolean(yesNo)
    .optional()
    .meta({ description: "The gateway is outside of the interface's networks." }),
  source: address.nullable().optional().meta({ description: "The address packets are sent from." }),
  metric: z.int().nonnegative().nullable().optional().meta({ description: "The smaller one is preferred." }),
  table: z.int().positive().nullable().optional().meta({ description: "A routing table other than main." }),
  mtu: z.int().positive().nullable().optional().meta({ description: "In bytes." }),
  leased: z
    .boolean(yesNo)
    .optional()
    .meta({ description: "It was given by DHCP, and stands in until it is again." }),
});

const mac = z
  .string("must be a MAC address in quotes")
  .regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i, "must be a MAC address in quotes")
  .transform((text) => text.toLowerCase());

const bond = z.strictObject({
  ports: z
    .array(mac, "must be a list of MAC addresses")
    .min(1, "must name a card at least")
    .meta({
      description: "The cards, by their MAC addresses.",
      examples: [["52:54:00:12:34:56", "52:54:00:12:34:57"]],
    }),
  mode: z.enum(bondModes, `must be one of ${bondModes.join(", ")}`).meta({
    description: "As the other side has it; `802.3ad` is LACP.",
  }),
  monitor: z.int("must be milliseconds").positive().optional().meta({
    description: "Milliseconds between two looks whether a port has a link.",
    default: usualBond.monitor,
  }),
  lacpRate: z.enum(["slow", "fast"], "must be slow or fast").optional().meta({
    description: "How often LACP wants to hear of the other side.",
    default: usualBond.lacpRate,
  }),
  hashPolicy: z
    .enum(hashPolicies, `must be one of ${hashPolicies.join(", ")}`)
    .optional()
    .meta({
      description: "What of a packet decides which port sends it.",
      default: usualBond.hashPolicy,
    }),
});

const networkInterface = z.strictObject({
  name: text("must be the name of an interface").meta({
    description: "What it is called in this file; without `mac`, the kernel's name that is looked for.",
    examples: ["lan"],
  }),
  mac: mac
    .nullable()
    .optional()
    .meta({
      description: "Which card, whatever its name: names differ from one system to the next.",
      examples: ["52:54:00:12:34:56"],
    }),
  dhcp: z.boolean(yesNo).optional().meta({ description: "Ask for an IPv4 address.", default: false }),
  autoconf: z
    .boolean(yesNo)
    .optional()
    .meta({ description: "IPv6 by router advertisements, and by DHCPv6 where they say so.", default: false }),
  addresses: z
    .array(addressChoice, "must be a list")
    .optional()
    .meta({
      description: "Static addresses, IPv4 and IPv6.",
      examples: [["203.0.113.7/32", "2001:db8::7/64"]],
    }),
  gateways: z
    .array(gateway, "must be a list")
    .optional()
    .meta({ description: "Default gateways.", examples: [[{ via: "203.0.113.1", onlink: true }]] }),
  routes: z.array(route, "must be a list").optional().meta({ description: "Other routes." }),
  mtu: z.int("must be a number of bytes").positive().nullable().optional().meta({ description: "In bytes." }),
  vlan: z
    .strictObject({
      id: z
        .int("must be a VLAN's number")
        .min(1, "must be 1 or more")
        .max(4094, "must be 4094 at most")
        .meta({ description: "Its number." }),
      parent: text("must be the name of an interface of this list").meta({
        description: "The interface that it is on.",
      }),
    })
    .nullable()
    .optional()
    .meta({
      description: "It is a VLAN on another interface of this list.",
      examples: [{ id: 100, parent: "lan" }],
    }),
  bond: bond.nullable().optional().meta({
    description: "It is several cards that are one link; `mac` is then the address that they have in common.",
  }),
});

const rule = z.strictObject({
  family: z.literal([4, 6], "must be 4 or 6").meta({ description: "IPv4 or IPv6." }),
  priority: z.int("must be a number").nonnegative().meta({ description: "The smaller one is asked first." }),
  from: text("must be a network").nullable().optional().meta({ description: "Packets from this network." }),
  to: text("must be a network").nullable().optional().meta({ description: "Packets to this network." }),
  mark: z
    .int("must be a number")
    .nonnegative()
    .nullable()
    .optional()
    .meta({ description: "Packets with this mark." }),
  table: z.int("must be a number").positive().meta({ description: "The table that routes them." }),
});

/** The `network` section, of the live system and the installed one. */
export const network = z.strictObject({
  interfaces: z
    .array(networkInterface, "must be a list")
    .optional()
    .meta({ description: "What each interface gets." }),
  rules: z
    .array(rule, "must be a list")
    .optional()
    .meta({ description: "Which table routes which packets (ip-rule(8))." }),
  dns: z
    .strictObject({
      servers: z
        .array(address, "must be a list")
        .optional()
        .meta({ description: "Addresses of name servers.", examples: [["9.9.9.9"]] }),
      search: z
        .array(text("must be a domain"), "must be a list")
        .optional()
        .meta({ description: "Domains that are tried behind a short name." }),
    })
    .optional()
    .meta({ description: "Name servers." }),
});

export type NetworkAnswers = z.infer<typeof network>;
export type RouteAnswer = z.infer<typeof route>;
export type InterfaceAnswer = z.infer<typeof networkInterface>;
