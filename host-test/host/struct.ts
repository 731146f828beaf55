// A google.protobuf.Struct as wire bytes: what Envoy 1.40 hands to a filter whose configuration is a Struct (not JSON,
// as older texts say). Field numbers from google/protobuf/struct.proto; map fields in the order they were written.
import { concat, utf8 } from "./bytes.ts";

function varint(value: number): number[] {
  const bytes: number[] = [];
  while (value > 0x7f) {
    bytes.push((value & 0x7f) | 0x80);
    value = Math.floor(value / 128);
  }
  bytes.push(value);
  return bytes;
}

function field(number: number, payload: Uint8Array): Uint8Array {
  const head = Uint8Array.from([(number << 3) | 2, ...varint(payload.length)]);
  return join([head, payload]);
}

function join(parts: Uint8Array[]): Uint8Array {
  return concat(
    parts,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
}

function encodeValue(value: unknown): Uint8Array {
  if (value === null || value === undefined) return Uint8Array.of(0x08, 0);
  if (typeof value === "number") {
    const bytes = new Uint8Array(9);
    bytes[0] = 0x11;
    new DataView(bytes.buffer).setFloat64(1, value, true);
    return bytes;
  }
  if (typeof value === "string") return field(3, utf8(value));
  if (typeof value === "boolean") return Uint8Array.of(0x20, value ? 1 : 0);
  if (Array.isArray(value)) {
    return field(6, join(value.map((item) => field(1, encodeValue(item)))));
  }
  return field(5, encodeStruct(value));
}

/** @throws TypeError when the value is no object */
export function encodeStruct(value: unknown): Uint8Array {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError("a Struct configuration must be an object");
  }
  const entries = Object.entries(value).map(([key, item]) =>
    field(1, join([field(1, utf8(key)), field(2, encodeValue(item))])),
  );
  return join(entries);
}
