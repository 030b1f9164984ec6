import { describe, expect, test } from "vitest";
import { joinAuthorizedKeys } from "../../../image/authorized-keys.ts";

const blob = "AAAAC3NzaC1lZDI1NTE5AAAAIJ0hAnKJ8PZ6LyTzKrVv3tYl6JrZ0l4f0eGkB9c1d2e3";
const one = `ssh-ed25519 ${blob} one@example`;
const other = `from="192.0.2.0/24",no-pty ecdsa-sha2-nistp256 ${blob}`;

describe("keys for the image", () => {
  test("are taken from every file, each once, in order, without comments", () => {
    const files = [
      { name: "a", text: `# mine\n\n${one}\r\n` },
      { name: "b", text: `${other}\n${one}` },
    ];
    expect(joinAuthorizedKeys(files)).toBe(`${one}\n${other}\n`);
  });

  test("are all looked at before anything is refused", () => {
    const files = [
      { name: "id", text: "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n" },
      { name: "empty", text: "# nothing\n" },
      { name: "typo", text: `${one}\nssh-ed25519 short\n` },
    ];
    expect(() => joinAuthorizedKeys(files)).toThrow(
      /id: is a private key.*\.pub[\s\S]*empty: has no public key[\s\S]*typo:2: is no public key/,
    );
  });

  test("of hardware and of RSA are keys", () => {
    const text = `sk-ssh-ed25519@openssh.com ${blob}\nssh-rsa ${blob}${blob}== me\n`;
    expect(joinAuthorizedKeys([{ name: "a", text }])).toBe(text);
  });
});
