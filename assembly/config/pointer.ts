// JSON Pointer (RFC 6901) of a configuration value: `/validate/limits/maxHeaders`.
import { ConfigNode, NodeKind, nodeAt } from "./node";

const HEX = "0123456789ABCDEF";

/** Pointer of a node; empty for the document itself. */
export function pointerOf(node: ConfigNode): string {
  if (node.parent == 0) return "";
  const parent = nodeAt(node.parent);
  if (parent.kind == NodeKind.Array) return `${pointerOf(parent)}/${node.nameLength}`;
  const name = String.UTF8.decodeUnsafe(node.name, node.nameLength);
  return `${pointerOf(parent)}/${escapeToken(name)}`;
}

/**
 * A name as a part of a pointer: `~` and `/` as §3 writes them; blanks, control characters and `%`
 * as percent escapes (§6), so that a pointer in a log line is one word and can be read back.
 */
export function escapeToken(name: string): string {
  let token = "";
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    if (unit == 0x7e) token += "~0";
    else if (unit == 0x2f) token += "~1";
    else if (unit <= 0x20 || unit == 0x25 || unit == 0x7f) {
      token += "%" + HEX.charAt(unit >> 4) + HEX.charAt(unit & 15);
    } else token += name.charAt(i);
  }
  return token;
}

/** A text with control characters as `?`, so that a log line stays one line. */
export function printable(text: string): string {
  let line = "";
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    line += unit < 0x20 || unit == 0x7f ? "?" : text.charAt(i);
  }
  return line;
}
