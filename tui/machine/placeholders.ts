import type { Machine } from "./machine.ts";

type Identity = Pick<Machine, "hostname" | "product" | "network">;

/** What stands for ${serial}, ${uuid}, ${mac}, ${hostname} and ${product} on this machine; empty where it is not known. */
export function placeholderValues({ hostname, product, network }: Identity): Record<string, string> {
  // The card that leads out; before there is an address, the first that has a cable.
  const card =
    network.find(({ gateways }) => gateways.length > 0) ?? network.find(({ up }) => up) ?? network[0];
  return {
    serial: told(product.serial),
    uuid: told(product.uuid.toLowerCase()),
    mac: card?.mac ?? "",
    // Every machine that nobody has named is called so here.
    hostname: ["dabei", "localhost", "(none)"].includes(hostname) ? "" : hostname,
    product: told(product.name),
  };
}

/** Empty for what firmware says where nobody has filled in anything: many machines would get one name. */
function told(value: string): string {
  const isFiller =
    /^(to be filled|default string|not specified|not available|system (serial|product)|none|n\/?a|unknown|o\.?e\.?m\.?|invalid|\.+$)/i.test(
      value.trim(),
    ) || /^([0f]|[-x.\s])*$/i.test(value);
  return isFiller || value.trim() === "0123456789" ? "" : value.trim();
}

/**
 * The text with its placeholders filled in, each as `encode` writes it.
 * Also answers the names of those that are empty or unknown here.
 */
export function fillPlaceholders(
  text: string,
  values: Readonly<Record<string, string>>,
  encode: (value: string) => string = (value) => value,
): { text: string; missing: string[] } {
  const missing: string[] = [];
  const filled = text.replace(/\$\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (!value) missing.push(name);
    return value ? encode(value) : whole;
  });
  return { text: filled, missing };
}
