// A gzip stream whose bytes depend on its content alone. What zlib makes of the same input differs between its versions and
// processors, and with it the digest of an image; so the content is stored, not compressed, unless the user asks for compression.
// Sources: RFC 1952 (gzip), RFC 1951 §3.2.4 (stored blocks).
import { crc32, gunzipSync, gzipSync } from "node:zlib";

const storedMax = 0xffff;

/** A gzip stream that holds `bytes` as they are. */
export function gzipStored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])];
  for (let at = 0; at === 0 || at < bytes.length; at += storedMax) {
    const part = bytes.subarray(at, at + storedMax);
    const head = Buffer.alloc(5);
    head.writeUInt8(at + storedMax >= bytes.length ? 1 : 0, 0);
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(~part.length & 0xffff, 3);
    parts.push(head, part);
  }
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(bytes), 0);
  tail.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([...parts, tail]);
}

/** Compressed by this Node's zlib; header fixed, so that one machine gives one digest. */
export function gzipCompressed(bytes: Uint8Array): Uint8Array {
  const out = gzipSync(bytes, { level: 9 });
  out.fill(0, 4, 8);
  out[9] = 255;
  return out;
}

/** @throws RangeError past the limit, Error when it is no gzip stream */
export function gunzip(bytes: Uint8Array, limitBytes: number): Uint8Array {
  return gunzipSync(bytes, { maxOutputLength: limitBytes });
}
