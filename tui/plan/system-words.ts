import { formatBytes } from "../base/bytes.ts";
import type { StepOf } from "./step.ts";
import type { ExtraFile } from "./system-choices.ts";

/** "kept: ed25519, rsa", "a new one", "2 given". */
export function hostKeyWords({ kept, given }: StepOf<"write-host-keys">): string {
  if (given.length > 0) return `${given.length} given`;
  return kept ? `kept: ${kept.join(", ")}` : "a new one";
}

/** "/etc/machine-role, 4 B, root:root 0644". Of a secret nothing is told but that it is one. */
export function fileWords({ path, content, owner, group, mode }: ExtraFile): string {
  return `${path}, ${sizeWords(content)}, ${owner}:${group} ${mode}`;
}

function sizeWords(content: ExtraFile["content"]): string {
  if ("secret" in content) return "secret";
  return formatBytes(
    "text" in content ? new TextEncoder().encode(content.text).length : base64Size(content.base64),
  );
}

function base64Size(text: string): number {
  return Math.floor((text.replace(/[=\s]/g, "").length * 3) / 4);
}
