// XML that reads files or calls out: document types with entities or an outside subset (XML 1.0 §2.8,
// §4.2), and CDATA that hides markup.
import { holds, startsFolded } from "./folded-text";
import { Reason, at } from "./verdict";

/** A document type with entities or an outside subset, or a declaration that reads files. */
export function detectXml(ptr: usize, end: usize): Reason {
  for (let p = ptr; p + 8 < end; p++) {
    if (load<u8>(p) != 0x3c || load<u8>(p, 1) != 0x21) continue;
    if (startsFolded(p + 2, end, "entity")) return at(p, p + 8, Reason.XmlEntity);
    if (startsFolded(p + 2, end, "doctype")) {
      const stop = min(end, p + 400);
      for (let q = p + 9; q < stop; q++) {
        const byte = load<u8>(q);
        if (byte == 0x5b) return at(p, q, Reason.XmlEntity);
        if (byte == 0x3e) break;
        if (startsFolded(q, stop, "system ") && !holds(q, min(stop, q + 40), "about:legacy"))
          return at(p, q, Reason.XmlEntity);
      }
    }
    if (startsFolded(p + 2, end, "[cdata[") && cdataBreaks(p + 9, end))
      return at(p, p + 9, Reason.XmlEntity);
  }
  return Reason.None;
}

/** CDATA that hides single marks of markup, or markup itself. */
function cdataBreaks(p: usize, end: usize): bool {
  if (p + 3 < end && load<u8>(p) == 0x3c) return true;
  return startsFolded(p, end, "' or") || startsFolded(p, end, '" or');
}
