import { XmlEvent, XmlReader } from "./reader";
import { resolveReferences } from "./reference";
import { XmlLimits } from "./limits";
import { XmlStatus, xmlStatusName } from "./status";

function text(ptr: usize, length: u32): string {
  return String.UTF8.decodeUnsafe(ptr, length);
}

/** Events as a line, or the status and the offset of the fault. */
function read(source: string, limits: XmlLimits = new XmlLimits()): string {
  const bytes = String.UTF8.encode(source);
  const reader = new XmlReader(limits);
  reader.begin(changetype<usize>(bytes), bytes.byteLength);
  let out = "";
  let event = reader.next();
  for (; event > XmlEvent.End; event = reader.next()) {
    const name = text(reader.namePtr, reader.nameLength);
    const value = text(reader.valuePtr, reader.valueLength);
    if (event == XmlEvent.ElementStart) out += "<" + name;
    else if (event == XmlEvent.ElementEnd) out += ">";
    else if (event == XmlEvent.Attribute) out += "[" + name + "=" + value + "]";
    else out += "'" + value + "'";
  }
  if (event == XmlEvent.End) return out;
  return out + "!" + xmlStatusName(reader.status) + "@" + reader.faultOffset.toString();
}

function is(source: string, wanted: string): void {
  const found = read(source);
  assert(found == wanted, source + " gave " + found);
}

export function elements_attributes_and_text_are_told(): void {
  is("<a/>", "<a>");
  is("<a b=\"1\" c='2'>x<d>y</d> </a>", "<a[b=1][c=2]'x'<d'y'>>");
  is("<?xml version='1.0'?>\n<a>\n <b>t</b>\n</a>\n", "<a<b't'>>");
  is("<a><![CDATA[<x>&]]></a>", "<a'<x>&'>");
  is("<a>1<!-- - -- \n-->2<?p i?>3</a>", "<a'1''2''3'>");
  is("<n:a n:b='1'></n:a >", "<n:a[n:b=1]>");
  is("<a ></a><!-- end -->", "<a>");
}

export function document_types_and_entities_are_refused(): void {
  is("<!DOCTYPE a><a/>", "!document-type@0");
  is("<a><!doctype x></a>", "<a!document-type@3");
  is("<!ENTITY x 'y'><a/>", "!malformed@0");
  is("<a>&x;</a>", "<a!unknown-entity@3");
  is("<a b='&lol;'/>", "<a!unknown-entity@6");
  is("<a>&#0;</a>", "<a!bad-reference@3");
  is("<a>&#xD800;</a>", "<a!bad-reference@3");
  is("<a>&#x110000;</a>", "<a!bad-reference@3");
  is("<a>a & b</a>", "<a!bad-reference@5");
}

export function references_mean_their_characters(): void {
  const bytes = String.UTF8.encode("&lt;&gt;&amp;&quot;&apos;&#65;&#x20AC;z");
  const target = heap.alloc(bytes.byteLength);
  const length = resolveReferences(target, changetype<usize>(bytes), bytes.byteLength);
  assert(text(target, length) == "<>&\"'A€z", text(target, length));
}

export function what_is_no_xml_has_a_status(): void {
  is("", "!empty@0");
  is("text", "!malformed@0");
  is("<a>", "<a!unexpected-end@3");
  is("<a", "<a!unexpected-end@2");
  is("<a></b>", "<a!tag-mismatch@5");
  is("</a>", "!tag-mismatch@0");
  is("<a/><b/>", "<a>!trailing-data@4");
  is("<a/>x", "<a>!trailing-data@4");
  is("<a b='1' b='2'/>", "<a[b=1]!duplicate-attribute@9");
  is("<a b=1/>", "<a!malformed@5");
  is("<a b='<'/>", "<a!malformed@6");
  is("<a b='1'c='2'/>", "<a[b=1]!malformed@8");
  is("<a><!-- x</a>", "<a!unexpected-end@13");
  is("<a>\u0001</a>", "<a!control-byte@3");
  is("< a/>", "!malformed@1");
}

export function encodings_that_hide_text_are_refused(): void {
  is("<?xml version='1.0' encoding='UTF-16'?><a/>", "!encoding@0");
  is("<?xml version='1.0' encoding = \"utf-7\"?><a/>", "!encoding@0");
  is("<?xml version='1.0' encoding='UTF-8'?><a/>", "<a>");
  is("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "<a>");
  is("\u0000<\u0000a", "!encoding@0");
  const bytes: StaticArray<u8> = [0x3c, 0x61, 0x3e, 0xc0, 0xaf, 0x3c, 0x2f, 0x61, 0x3e];
  const reader = new XmlReader(new XmlLimits());
  reader.begin(changetype<usize>(bytes), 9);
  assert(reader.next() == XmlEvent.Fault && reader.status == XmlStatus.InvalidUtf8);
  assert(reader.faultOffset == 3);
}

export function limits_have_their_own_status(): void {
  const limits = new XmlLimits();
  limits.maxDepth = 2;
  limits.maxAttributes = 1;
  limits.maxElements = 3;
  limits.maxNameBytes = 3;
  limits.maxBytes = 40;
  assert(read("<a><b><c/></b></a>", limits) == "<a<b!too-deep@7");
  assert(read("<a b='1' c='2'/>", limits) == "<a[b=1]!too-many-attributes@9");
  assert(read("<a><b/><b/><b/></a>", limits) == "<a<b><b>!too-many-elements@12");
  assert(read("<abcd/>", limits) == "!name-too-long@1");
  assert(read("<a>" + "x".repeat(40) + "</a>", limits) == "!too-many-bytes@0");
}
