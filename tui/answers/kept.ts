import type { Answers } from "./schema.ts";
import type { Secret } from "./schema-values.ts";

/**
 * The answers that were decided in the end, with what the file that was begun with says of the run and of where its secrets
 * are. A secret that stood in that file itself is asked for instead; nothing is interactive any more.
 */
export function keptAnswers(decided: Answers, begun: Answers | null): Answers {
  if (!begun) return decided;
  const { hooks, report, onSuccess, onFailure, alreadyInstalled } = begun;
  const passphrase = begun.layout?.passphrase;
  const tokens = Object.entries(begun.flake?.tokens ?? {});
  const sshKey = begun.flake?.sshKey;
  return {
    ...decided,
    ...(decided.layout?.passphrase && passphrase
      ? { layout: { ...decided.layout, passphrase: reference(passphrase) } }
      : {}),
    ...(tokens.length > 0 || sshKey
      ? {
          flake: {
            ...decided.flake,
            ...(sshKey ? { sshKey: reference(sshKey) } : {}),
            tokens: {
              ...decided.flake?.tokens,
              ...Object.fromEntries(tokens.map(([host, token]) => [host, reference(token)])),
            },
          },
        }
      : {}),
    ...(decided.system ? { system: systemOf(decided.system, begun.system ?? {}) } : {}),
    ...(hooks ? { hooks } : {}),
    ...(report ? { report: { ...report, ...(report.token ? { token: reference(report.token) } : {}) } } : {}),
    ...(onSuccess ? { onSuccess } : {}),
    ...(onFailure ? { onFailure } : {}),
    ...(alreadyInstalled ? { alreadyInstalled } : {}),
  };
}

type System = NonNullable<Answers["system"]>;

function systemOf(decided: System, { hostKeys, files }: System): System {
  const given = typeof hostKeys === "object" ? hostKeys.given.map(reference) : null;
  return {
    ...decided,
    ...(typeof decided.hostKeys === "object" && given ? { hostKeys: { given } } : {}),
    ...(decided.files
      ? {
          files: decided.files.map((file, index) => {
            const secret = files?.[index]?.secret;
            return file.secret && secret ? { ...file, secret: reference(secret) } : file;
          }),
        }
      : {}),
  };
}

function reference(secret: Secret): Secret {
  return typeof secret === "string" ? { ask: true } : secret;
}
