// Every reader of bodies, and the detectors, on texts made of their own grammar and then damaged: no trap, no view outside the
// text, no growth of memory, and an answer that does not depend on what was read before. MESHWARDEN_FUZZ_SECONDS makes each
// run that long, MESHWARDEN_FUZZ_SEED repeats one; a failure prints its text.
import { describe, expect, test } from "vitest";
import { DetectProbe } from "../vectors/detect-probe.ts";
import { FieldsProbe, type Format } from "../vectors/fields-probe.ts";
import { seededRandom } from "../vectors/seeded-random.ts";

const seconds = Number(process.env["MESHWARDEN_FUZZ_SECONDS"] ?? 0);
const seed = Number(process.env["MESHWARDEN_FUZZ_SEED"] ?? 20261127);
const shortTexts = 4000;

/** Pieces that a text of each format is put together from; damaged texts come from cutting and doubling them. */
const pieces: Record<Format | "value", string[]> = {
  query: ["a", "=", "&", "%", "%41", "%zz", "+", "%u0041", "b[c]", ";", "\0", "é", "%c3%28"],
  cookie: ["a", "=", ";", " ", '"', "b=c; ", "\t", ",", "%3b"],
  json: [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"a"',
    '"\\u0041\\n"',
    '"\\ud800"',
    '"',
    "\\",
    "1",
    "-0.5e+3",
    "true",
    "null",
    " \n",
    "é",
    "\xff",
    '"a":',
    "[[[[",
  ],
  multipart: [
    "--b\r\n",
    "--b--",
    "--b",
    "\r\n",
    "\n",
    "\r",
    'Content-Disposition: form-data; name="a"\r\n\r\n',
    'Content-Disposition: form-data; name=a; filename="x\\"y"',
    "Content-Type: text/plain",
    ": ",
    ";",
    '"',
    " ",
    "name*=utf-8''x",
    "value",
    "\0",
    "-",
    "Content-Transfer-Encoding: base64",
    "--b \r\n",
    "--bb\r\n",
  ],
  xml: [
    "<a>",
    "</a>",
    "<a b='1'>",
    "<b/>",
    "&lt;",
    "&#65;",
    "&#x0;",
    "&x;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<!DOCTYPE a>",
    "text",
    " ",
    "'",
    '"',
    "=",
    "<",
    ">",
    "\xc0\xaf",
    "<?xml version='1.0' encoding='utf-8'?>",
  ],
  value: [
    "'",
    '"',
    " or ",
    "1=1",
    "--",
    "/*",
    "*/",
    "union select ",
    "<script",
    "<img src=x onerror=",
    ">",
    "javascript:",
    ";cat /etc/passwd",
    "$(",
    "`",
    "../",
    "..%2f",
    "%00",
    "http://127.1/",
    "{{7*7}}",
    "${",
    "}",
    "[$ne]",
    "*)(uid=*",
    "\r\nSet-Cookie: a",
    "<!ENTITY",
    "__proto__",
    "%253c",
    "&lt;",
    "\\u003c",
    "PHNjcmlwdD4=",
    "\xc0\xbc",
    "a",
    " ",
    "0x41",
    "(((((",
    "@@version",
  ],
};

/** One text: some pieces, then damage to some of its bytes. */
function textOf(list: string[], below: (n: number) => number): Buffer {
  const count = 1 + below(below(4) === 0 ? 400 : 24);
  const parts: string[] = [];
  for (let i = 0; i < count; i++) {
    const piece = list[below(list.length)]!;
    parts.push(below(30) === 0 ? piece.repeat(1 + below(40)) : piece);
  }
  let bytes = Buffer.from(parts.join(""), "latin1");
  for (let damage = below(4); damage > 0 && bytes.length > 0; damage--) {
    const at = below(bytes.length);
    const kind = below(3);
    if (kind === 0) bytes[at] = below(256);
    else if (kind === 1) bytes = bytes.subarray(0, at);
    else {
      const again = bytes.subarray(at, at + below(32));
      bytes = Buffer.concat([bytes.subarray(0, at), again, bytes.subarray(at)]);
    }
  }
  return bytes.subarray(0, 32768);
}

/** Runs until the time or the number of texts is reached; the failing text is part of the error. */
function fuzz(list: string[], run: (text: Buffer) => void): number {
  const below = seededRandom(seed);
  const stop = Date.now() + seconds * 1000;
  let done = 0;
  while (seconds > 0 ? Date.now() < stop : done < shortTexts) {
    const text = textOf(list, below);
    try {
      run(text);
    } catch (error) {
      throw new Error(`text ${done}: ${JSON.stringify(text.toString("latin1"))}`, { cause: error });
    }
    done++;
  }
  return done;
}

describe("hostile texts", async () => {
  const probe = await FieldsProbe.create(1 << 16);
  const values = await DetectProbe.create();
  const limit = (seconds + 60) * 1000;

  test.each(["query", "cookie", "json", "multipart", "xml"] as const)(
    "%s",
    (format) => {
      probe.openType("multipart/form-data; boundary=b");
      const pages = probe.memory.buffer.byteLength;
      const done = fuzz(pieces[format], (text) => {
        const first = probe.fields(format, text);
        const status = probe.status(format);
        const again = probe.fields(format, text);
        expect([again.length, probe.status(format)]).toEqual([first.length, status]);
      });
      expect(probe.memory.buffer.byteLength).toBe(pages);
      expect(done).toBeGreaterThanOrEqual(shortTexts);
    },
    limit,
  );

  test(
    "boundaries",
    () => {
      const list = [
        ...pieces.multipart,
        "multipart/form-data",
        "; boundary=",
        "boundary=b",
        "*",
        "=",
      ];
      fuzz(list, (text) => {
        probe.openType(text.toString("latin1"));
        probe.fields("multipart", Buffer.from("--b\r\n\r\n\r\n--b--"));
      });
    },
    limit,
  );

  test(
    "values before the detectors",
    () => {
      const pages = values.memory.buffer.byteLength;
      fuzz(pieces.value, (text) => {
        const first = values.judge(text);
        const again = values.judge(text);
        expect(again).toEqual(first);
        expect(first.start).toBeLessThanOrEqual(32768);
      });
      expect(values.memory.buffer.byteLength).toBe(pages);
    },
    limit,
  );
});
