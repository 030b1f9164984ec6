import { describe, expect, test } from "vitest";
import { accessFor } from "../../../tui/app/flake-access.ts";
import { asked, atLayout, demoFacts, happened, host, type Played, type } from "./driver.ts";

/** nix's words, and what would help. */
const refusals: readonly [raw: string, access: ReturnType<typeof accessFor>][] = [
  [
    "error: unable to download 'https://api.github.com/repos/example/infra/commits/HEAD': HTTP error 404",
    { kind: "token", host: "github.com" },
  ],
  [
    "error: unable to download 'https://github.com/example/infra/archive/abc.tar.gz': HTTP error 401",
    { kind: "token", host: "github.com" },
  ],
  [
    "error: unable to download 'https://git.example.org/api/v4/projects/a%2Fb/repository/commits?ref_name=HEAD': HTTP error 404",
    { kind: "token", host: "git.example.org" },
  ],
  [
    "No ED25519 host key is known for [10.0.2.2]:2222 and you have requested strict checking.\nHost key verification failed.\nfatal: Could not read from remote repository.",
    { kind: "host-key", server: "[10.0.2.2]:2222" },
  ],
  [
    "git@git.example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.",
    { kind: "ssh-key", server: "git.example.org" },
  ],
  // A token of nix helps with neither.
  ["error: unable to download 'https://example.org/flake.tar.gz': HTTP error 403", null],
  ["Host key for git.example.org has changed and you have requested strict checking.", null],
];

test.each(refusals)("%s", (raw, access) => {
  expect(accessFor({ sentence: "", raw })).toEqual(access);
});

/** At the flake screen, with a reference that nix could not fetch. */
function refused(raw: string): Played {
  const probing = type(type(atLayout(), "n"), "git+ssh://git@git.example.org/infra#web1", "enter");
  return happened(probing, {
    is: "flake-probe-failed",
    question: probing.model.question,
    failure: { sentence: "It was refused.", raw },
  });
}

const [notFound, , , unknownHost, noKey] = refusals.map(([raw]) => raw) as [
  string,
  string,
  string,
  string,
  string,
];

describe("a private flake", () => {
  test("a token is typed on the row that Enter takes, and nix is asked again", () => {
    const typed = type(refused(notFound), "enter", "ghp_secret", "enter");
    expect(typed.effects.at(-1)).toMatchObject({
      do: "give-access",
      access: { kind: "token", host: "github.com" },
      value: "ghp_secret",
    });
    const given = happened(typed, { is: "access-given" });
    expect(given.effects.at(-1)).toMatchObject({
      do: "probe-flake",
      reference: "git+ssh://git@git.example.org/infra",
    });
    expect(given.model.answers.flake.host).toBe("web1");
    // Nothing of the secret is left in what is shown or kept.
    expect(JSON.stringify(given.model)).not.toContain("ghp_secret");
    expect(given.model.answers.flake.access).toEqual({
      tokens: ["github.com"],
      sshKey: false,
      sshHostKeys: [],
    });
  });

  test("who types on is at the reference again", () => {
    const { model } = type(refused(notFound), "x");
    expect(model.screen).toMatchObject({ part: "reference", row: 0 });
  });

  test("a key is pasted line by line, or as one", () => {
    const lines = [
      "-----BEGIN OPENSSH PRIVATE KEY-----",
      "AAAA",
      "BBBB",
      "-----END OPENSSH PRIVATE KEY-----",
    ];
    const pasted = type(refused(noKey), "enter", ...lines.flatMap((line) => [line, "enter"]));
    expect(pasted.effects.at(-1)).toMatchObject({ do: "give-access", value: lines.join(" ") });
    const atOnce = type(refused(noKey), "enter", lines.join(" "), "enter");
    expect(atOnce.effects.at(-1)).toMatchObject({ value: lines.join(" ") });
    expect(happened(pasted, { is: "access-given" }).model.answers.flake.access).toMatchObject({
      sshKey: true,
    });
  });

  test("a host key is fetched, shown, and believed by y alone", () => {
    const scanning = type(refused(unknownHost), "enter");
    expect(scanning.effects.at(-1)).toMatchObject({ do: "scan-host-keys", server: "[10.0.2.2]:2222" });
    expect(asked(type(scanning, "y"))).not.toContain("give-access");
    const line = "[10.0.2.2]:2222 ssh-ed25519 AAAA";
    const keys = [{ type: "ED25519", fingerprint: "SHA256:x", line }];
    const shown = happened(scanning, { is: "host-keys-shown", question: scanning.model.question, keys });
    expect(asked(type(shown, "enter", "space"))).not.toContain("give-access");
    expect(type(shown, "n").model.screen).toMatchObject({ part: "reference" });
    const believed = type(shown, "y");
    expect(believed.effects.at(-1)).toMatchObject({ do: "give-access", value: line });
    const { model } = happened(believed, { is: "access-given" });
    expect(model.answers.flake.access?.sshHostKeys).toEqual([line]);
    expect(model.flake.probe.is).toBe("busy");
  });

  test("what a host's inputs lack is given from the hosts, too", () => {
    const probing = type(type(atLayout(), "n"), "path:/root/infra", "enter");
    const hosts = [host("web1", { error: { sentence: "It was refused.", raw: noKey } })];
    const found = happened(probing, {
      is: "flake-probed",
      question: probing.model.question,
      facts: { ...demoFacts, hosts },
    });
    expect(type(found, "a").model.screen).toMatchObject({ part: "access", access: { kind: "ssh-key" } });
    expect(type(found, "a", "escape").model.screen).toMatchObject({ part: "hosts", row: 0 });
  });
});

test("references that were looked at are offered again, newest first, each once", () => {
  const look = (played: Played, reference: string) => {
    const probing = type(played, "ctrl-u", reference, "enter");
    const facts = { ...demoFacts, reference };
    return type(happened(probing, { is: "flake-probed", question: probing.model.question, facts }), "escape");
  };
  const all = ["path:/a", "path:/b", "path:/a", "path:/c"].reduce(look, type(atLayout(), "n"));
  expect(all.model.recent).toEqual(["path:/c", "path:/a", "path:/b"]);
  const again = type(all, "down", "down", "enter");
  expect(again.effects.at(-1)).toMatchObject({ do: "probe-flake", reference: "path:/a" });
});
