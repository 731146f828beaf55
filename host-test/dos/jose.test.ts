// Work must grow in step with the size of a token or key set, whatever it is made of.
import { describe, expect, test } from "vitest";
import { JoseProbe } from "../vectors/jose-probe.ts";
import { expectGrowth } from "./exponent.ts";

const b64 = (text: string) => Buffer.from(text).toString("base64url");

const probe = await JoseProbe.create(1 << 19);
probe.readKeys({ keys: [{ kty: "oct", k: b64("k".repeat(64)), kid: "a" }] });
const header = b64('{"alg":"HS256","kid":"a"}');

/** Tokens by size in bytes (roughly); each ends in the status named. */
const shapes: Record<string, [status: string, make: (size: number) => string]> = {
  "a long payload": [
    "jwt.signature",
    (size) => `${header}.${"A".repeat(size)}.${b64("x".repeat(32))}`,
  ],
  "a long signature": ["jwt.signature_length", (size) => `${header}.e30.${"A".repeat(size)}`],
  "nothing but dots": ["jwt.malformed", (size) => ".".repeat(size)],
  "no dot at all": ["jwt.malformed", (size) => "A".repeat(size)],
  "an endless header": ["jwt.header_json", (size) => `${b64(`{"a":${" ".repeat(size)}`)}.e30.AA`],
  "a long bad header": ["jwt.header_base64", (size) => `${"A".repeat(size)}!.e30.AA`],
};

describe("time grows no faster than the token", () => {
  test.each(Object.keys(shapes))("%s", (name) => {
    const [status, make] = shapes[name]!;
    expectGrowth((size) => {
      const token = Buffer.from(make(size));
      expect(probe.verify(token)).toBe(status);
      return () => probe.verify(token);
    });
  });

  test("a key set with many keys that nobody knows", () => {
    const sizes = [4096, 16384, 65536, 262144];
    expectGrowth(
      (size) => {
        const count = Math.floor(size / 32);
        const keys = Array.from({ length: count }, (_, i) => ({ kty: "new", kid: `${i}` }));
        const text = JSON.stringify({ keys }).slice(0, 262144);
        return () => probe.readKeys(text);
      },
      1.1,
      { sizes: sizes.slice(0, 3) },
    );
  });
});
