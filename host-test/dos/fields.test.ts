// The readers of bodies stay linear on texts that make other readers slow.
import { describe, test } from "vitest";
import { FieldsProbe, type Format } from "../vectors/fields-probe.ts";
import { expectGrowth } from "./exponent.ts";

/** Names of JSON go into a table that leaves the processor's cache beyond 64 KiB (json.test.ts). */
const sizes = (format: Format) =>
  format === "json" ? [2048, 8192, 32768, 65536] : [4096, 16384, 65536, 262144];
const part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n';

const texts: [format: Format, name: string, piece: string, before?: string][] = [
  ["query", "pairs", "a=1&"],
  ["query", "escapes", "%41"],
  ["query", "open escapes", "%"],
  ["cookie", "pairs", "a=b; "],
  ["json", "deep arrays", "[".repeat(60) + "]".repeat(60) + ",", "["],
  ["json", "deep objects", '{"abcdefgh":'.repeat(40) + "1" + "}".repeat(40) + ",", "["],
  ["json", "elements", "1,", "["],
  ["multipart", "parts", part],
  ["multipart", "line ends", "\r\n", part],
  ["multipart", "carriage returns", "\r", part],
  ["multipart", "dashes", "\n--", part],
  ["multipart", "almost delimiters", "\r\n--bx", part],
  ["multipart", "padded delimiters", "\r\n--b ", part],
  ["multipart", "open quotes", '"', '--b\r\nContent-Disposition: form-data; name="'],
  ["multipart", "semicolons", ";", "--b\r\nContent-Disposition: form-data"],
  ["multipart", "folded lines", "\r\n ", "--b\r\nX: y"],
  ["multipart", "headers", "X: y\r\n", "--b\r\n"],
  ["xml", "deep elements", "<a>"],
  ["xml", "elements", "<a/>", "<r>"],
  ["xml", "attributes", " a='1'", "<a"],
  ["xml", "references", "&amp;", "<a>"],
  ["xml", "long references", "0", "<a>&#"],
  ["xml", "open references", "&#0", "<a>"],
  ["xml", "comments", "<!---->", "<a>"],
  ["xml", "open comment", "-", "<a><!--"],
  ["xml", "sections", "<![CDATA[]]>", "<a>"],
  ["xml", "brackets", "]", "<a><![CDATA["],
  ["xml", "instructions", "?", "<a><?"],
  ["xml", "blanks", " ", "<a"],
  ["xml", "a long name", "a", "<"],
];

describe("readers of bodies", async () => {
  const probe = await FieldsProbe.create(1 << 19);
  probe.widen(1 << 17);

  test.each(texts)("%s: linear on %s", (format, _name, piece, before = "") => {
    probe.openType("multipart/form-data; boundary=b");
    expectGrowth(
      (size) => {
        const text = Buffer.from(before + piece.repeat(Math.ceil(size / piece.length)));
        return () => probe.count(format, probe.load(text));
      },
      1.1,
      { sizes: sizes(format), rounds: 4, sliceMs: 1 },
    );
  });
});
