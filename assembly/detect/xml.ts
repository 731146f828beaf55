// XML that reads files or calls out: document types with entities or an outside subset (XML 1.0 §2.8,
// §4.2), references to parameter entities, encodings that hide text from filters, and CDATA that hides markup.
import { isAlpha, isDigit } from "../base/ascii";
import { holds, startsFolded } from "./folded-text";
import { Reason, at } from "./verdict";

/** A document type with entities or an outside subset, or a declaration that reads files. */
export function detectXml(ptr: usize, end: usize): Reason {
  if (isParameterReference(ptr, end)) return at(ptr, end, Reason.XmlEntity);
  for (let p = ptr; p + 8 < end; p++) {
    if (load<u8>(p) != 0x3c) continue;
    if (load<u8>(p, 1) == 0x3f && declaresForeign(p, end)) return at(p, p + 5, Reason.XmlEntity);
    if (load<u8>(p, 1) != 0x21) continue;
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

/** `%name;` and nothing else: it means something inside a document type alone (§4.1). */
function isParameterReference(ptr: usize, end: usize): bool {
  if (end - ptr < 5 || end - ptr > 64 || load<u8>(ptr) != 0x25 || load<u8>(end - 1) != 0x3b)
    return false;
  for (let p = ptr + 1; p < end - 1; p++) {
    const byte = load<u8>(p);
    if (!isAlpha(byte) && !(isDigit(byte) && p > ptr + 1) && byte != 0x5f) return false;
  }
  return true;
}

/** An XML declaration with an encoding in which ASCII is written otherwise (§4.3.3, appendix F). */
function declaresForeign(p: usize, end: usize): bool {
  if (!startsFolded(p + 2, end, "xml")) return false;
  const stop = min(end, p + 200);
  for (let q = p + 5; q + 10 < stop && load<u8>(q) != 0x3e; q++) {
    if (!startsFolded(q, stop, "encoding")) continue;
    q += 8;
    while (q < stop && !isAlpha(load<u8>(q)) && load<u8>(q) != 0x3e) q++;
    return (
      startsFolded(q, stop, "utf-16") ||
      startsFolded(q, stop, "utf-7") ||
      startsFolded(q, stop, "utf-32") ||
      startsFolded(q, stop, "ucs-") ||
      startsFolded(q, stop, "ibm") ||
      startsFolded(q, stop, "cp037")
    );
  }
  return false;
}

/** CDATA that hides single marks of markup, or markup itself. */
function cdataBreaks(p: usize, end: usize): bool {
  if (p + 3 < end && load<u8>(p) == 0x3c) return true;
  return startsFolded(p, end, "' or") || startsFolded(p, end, '" or');
}
