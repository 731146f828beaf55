// Answers of a rate-limit service and JSON that passes by stay linear, whatever the service or the upstream sends.
import { beforeAll, describe, expect, test } from "vitest";
import { RlsProbe } from "../rls/probe.ts";
import { expectGrowth } from "./exponent.ts";

let probe: RlsProbe;
beforeAll(async () => {
  probe = await RlsProbe.create(1 << 19);
});

const repeat = (piece: string, size: number): Buffer =>
  Buffer.from(piece.repeat(Math.ceil(size / piece.length)), "latin1");

describe("answers", () => {
  const shapes: Record<string, string> = {
    "unknown numbers": "\x78\x01",
    "empty headers": "\x1a\x00",
    headers: "\x1a\x06\x0a\x01a\x12\x01b",
    "long varints": "\x78\x80\x80\x80\x80\x80\x80\x01",
    "fixed numbers": "\x79\x01\x02\x03\x04\x05\x06\x07\x08",
  };
  test.each(Object.entries(shapes))("are linear in %s", (_, piece) => {
    const measured = expectGrowth(
      (size) => {
        const bytes = Buffer.concat([Buffer.of(8, 1), repeat(piece, size)]);
        return () => {
          probe.load(bytes);
          return probe.read(bytes.length);
        };
      },
      1.15,
      { sizes: [2048, 8192, 32768, 65000] },
    );
    expect(measured.exponent).toBeLessThanOrEqual(1.15);
  });
});

describe("numbers in JSON", () => {
  const shapes: Record<string, string> = {
    "open arrays": "[",
    "open objects": '{"a":',
    "members that nearly match": '{"usage":{"total_token":1}},',
    "one string": "xxxxxxxx",
    "quotes and backslashes": '\\"',
    digits: "7",
    "closing brackets": "}]",
  };
  test.each(Object.entries(shapes))("are looked for in linear time: %s", (_, piece) => {
    probe.point("/usage/total_tokens");
    const measured = expectGrowth((size) => {
      const bytes = Buffer.concat([Buffer.from('{"usage":{"total_tokens":'), repeat(piece, size)]);
      return () => {
        probe.load(bytes);
        return probe.find(bytes.length);
      };
    }, 1.15);
    expect(measured.exponent).toBeLessThanOrEqual(1.15);
  });
});
