// A value of a configuration document as JSON text again, for readers that take a text of their own: schemas, descriptions of APIs.
// The document's own bytes are gone by then, or were no JSON (a Struct).
import { ByteBuffer } from "../base/byte-buffer";
import { ConfigNode, NodeKind, nodeAt } from "./node";

/** Appends the value of a node. Depth is bounded by the document's. Numbers stay as they were written. */
export function appendJson(out: ByteBuffer, node: ConfigNode): void {
  switch (node.kind) {
    case NodeKind.Object:
    case NodeKind.Array:
      appendContainer(out, node);
      break;
    case NodeKind.String:
      appendText(out, node.text, node.textLength);
      break;
    case NodeKind.Number:
      out.bytes(node.text, node.textLength);
      break;
    case NodeKind.True:
      out.text("true");
      break;
    case NodeKind.False:
      out.text("false");
      break;
    default:
      out.text("null");
  }
}

function appendContainer(out: ByteBuffer, node: ConfigNode): void {
  const isObject = node.kind == NodeKind.Object;
  out.byte(isObject ? 0x7b : 0x5b);
  for (let at = node.first; at != 0; at = nodeAt(at).next) {
    const child = nodeAt(at);
    if (at != node.first) out.byte(0x2c);
    if (isObject) {
      appendText(out, child.name, child.nameLength);
      out.byte(0x3a);
    }
    appendJson(out, child);
  }
  out.byte(isObject ? 0x7d : 0x5d);
}

/** Quotes, backslashes and control bytes are escaped; everything else was UTF-8 before. */
function appendText(out: ByteBuffer, ptr: usize, length: u32): void {
  out.byte(0x22);
  let start: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    if (byte >= 0x20 && byte != 0x22 && byte != 0x5c) continue;
    out.bytes(ptr + start, i - start);
    start = i + 1;
    out.byte(0x5c);
    if (byte >= 0x20) out.byte(byte);
    else {
      out.text("u00");
      out.byte(hexDigit(byte >> 4));
      out.byte(hexDigit(byte & 15));
    }
  }
  out.bytes(ptr + start, length - start);
  out.byte(0x22);
}

function hexDigit(value: u8): u8 {
  return value < 10 ? 0x30 + value : 0x57 + value;
}
