import type { NixFailure } from "../flake/facts.ts";
import type { Model } from "./model.ts";

/** What a fetch that was refused lacks. */
export type Access =
  /** nix's access-tokens know them by host. */
  | { readonly kind: "token"; readonly host: string }
  | { readonly kind: "ssh-key"; readonly server: string }
  /** A server as known_hosts names it: "git.example.org", "[git.example.org]:2222". */
  | { readonly kind: "host-key"; readonly server: string };

/** What would help, by nix's own words; null where nothing that can be given would. */
export function accessFor({ raw }: NixFailure): Access | null {
  const hostKey = /No \S+ host key is known for (\S+) and you have requested strict checking/.exec(raw);
  if (hostKey?.[1]) return { kind: "host-key", server: hostKey[1] };
  const refused = /^(?:[^\s@:]+@)?([^\s:]+): Permission denied \(publickey/m.exec(raw);
  if (refused?.[1]) return { kind: "ssh-key", server: refused[1] };
  const [, url = ""] = /unable to download '([^']+)': HTTP error 40[134]\b/.exec(raw) ?? [];
  const host = tokenHost(url);
  return host === null ? null : { kind: "token", host };
}

/** Whose token nix sends with a download; null for other servers. Source nix 2.26, src/libfetchers/github.cc */
function tokenHost(url: string): string | null {
  const [, host = "", path = ""] = /^https?:\/\/([^/]+)(\/.*)?$/.exec(url) ?? [];
  if (/^(?:api\.|codeload\.)?github\.com$/.test(host)) return "github.com";
  if (/^\/api\/v[34]\/(?:projects|repos)\//.test(path)) return host;
  return host === "gitlab.com" || host === "git.sr.ht" ? host : null;
}

/** What is lacking on the flake screen: for the flake, for the host in focus, or for what was checked of it. */
export function accessOf({ flake, screen }: Model): Access | null {
  if (screen.at !== "flake") return null;
  const { probe, preflight } = flake;
  if (screen.part === "reference") return probe.is === "failed" ? accessFor(probe.failure) : null;
  if (screen.part === "hosts") {
    const error = probe.is === "done" ? probe.value.hosts[screen.row]?.error : null;
    return error ? accessFor(error) : null;
  }
  if (screen.part !== "findings") return null;
  if (preflight.is === "failed") return accessFor(preflight.failure);
  const findings = preflight.is === "done" ? preflight.value.findings : [];
  return (
    findings.map(({ sentence, raw = "" }) => accessFor({ sentence, raw })).find((one) => one !== null) ?? null
  );
}

/** "an access token for github.com". */
export function accessWords(access: Access): string {
  switch (access.kind) {
    case "token":
      return `an access token for ${access.host}`;
    case "ssh-key":
      return `an ssh key for ${access.server}`;
    case "host-key":
      return `the ssh host key of ${access.server}`;
    default:
      return access satisfies never;
  }
}
