// JSON Pointer (RFC 6901) of a configuration value: `/validate/limits/maxHeaders`.
import { ConfigNode, NodeKind, nodeAt } from "./node";

/** Pointer of a node; empty for the document itself. */
export function pointerOf(node: ConfigNode): string {
  if (node.parent == 0) return "";
  const parent = nodeAt(node.parent);
  if (parent.kind == NodeKind.Array) return `${pointerOf(parent)}/${node.nameLength}`;
  const name = String.UTF8.decodeUnsafe(node.name, node.nameLength);
  return `${pointerOf(parent)}/${escapeToken(name)}`;
}

/**
 * `~` and `/` of a name as RFC 6901 §3 writes them, control characters as `?` so that a log line
 * stays one line.
 */
export function escapeToken(name: string): string {
  let token = name.replaceAll("~", "~0").replaceAll("/", "~1");
  for (let i = 0; i < token.length; i++) {
    const unit = token.charCodeAt(i);
    if (unit < 0x20 || unit == 0x7f) token = token.substring(0, i) + "?" + token.substring(i + 1);
  }
  return token;
}
