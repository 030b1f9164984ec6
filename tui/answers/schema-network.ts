import * as z from "zod";
import { text } from "./schema-values.ts";

const notAddress = "must be an address with its prefix length: 203.0.113.7/24";

const networkInterface = z
  .strictObject({
    mac: z
      .string("must be a MAC address in quotes")
      .regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i, "must be a MAC address in quotes")
      .optional()
      .meta({ description: "Which interface, by its MAC address.", examples: ["52:54:00:12:34:56"] }),
    name: text("must be the name of an interface")
      .optional()
      .meta({ description: "Which interface, by its name.", examples: ["eth0"] }),
    dhcp: z.boolean("must be true or false").optional().meta({ description: "Ask for addresses." }),
    addresses: z
      .array(z.string(notAddress).regex(/^[0-9a-f.:]+\/\d{1,3}$/i, notAddress), "must be a list")
      .optional()
      .meta({ description: "Addresses, IPv4 and IPv6.", examples: [["203.0.113.7/32", "2001:db8::7/64"]] }),
    gateways: z
      .array(
        z.strictObject({
          address: text("must be an address").meta({ description: "Its address." }),
          onlink: z
            .boolean("must be true or false")
            .optional()
            .meta({ description: "Reach it on this link though it is in no subnet of its addresses." }),
        }),
        "must be a list",
      )
      .optional()
      .meta({ description: "Default gateways." }),
    vlan: z
      .int("must be a VLAN's number")
      .min(1, "must be 1 or more")
      .max(4094, "must be 4094 at most")
      .optional()
      .meta({ description: "The addresses are in this VLAN on the interface." }),
  })
  .refine(
    ({ mac, name }) => (mac === undefined) !== (name === undefined),
    "must have one of mac and name",
  );

/** The `network` section, of the live system and the installed one. */
export const network = z.strictObject({
  interfaces: z
    .array(networkInterface, "must be a list")
    .optional()
    .meta({ description: "What each interface gets. Without it every interface asks by DHCP." }),
  dns: z
    .array(text("must be an address"), "must be a list")
    .optional()
    .meta({ description: "Name servers.", examples: [["9.9.9.9"]] }),
});
