// Files out of a zip archive, which is how the Go module proxy hands out the Core Rule Set. Stored and deflated entries alone;
// sizes are those of the central directory and are checked against what comes out.
// Source: PKWARE APPNOTE 6.3.10, §4.3 and §4.4.
import { inflateRawSync } from "node:zlib";
import { UserError } from "../exit.ts";
import type { TarFile } from "../image/tar.ts";

const endBytes = 22;
const endMagic = 0x06054b50;
const entryMagic = 0x02014b50;
const localMagic = 0x04034b50;

/** Whether bytes begin as a zip archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length > endBytes && bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/**
 * The plain files of an archive. Names are as they stand there; whoever writes them to disk must not trust them.
 * @param limitBytes of all files together
 * @throws UserError when it is broken, or larger than that
 */
export function readZip(bytes: Uint8Array, limitBytes: number): TarFile[] {
  try {
    return entries(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), limitBytes);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError("the zip archive is broken", "fetch it again");
  }
}

function entries(zip: Buffer, limitBytes: number): TarFile[] {
  const end = zip.lastIndexOf(Buffer.from("PK\u0005\u0006", "latin1"));
  if (end < 0 || zip.readUInt32LE(end) !== endMagic) {
    throw new UserError("the zip archive is cut short", "fetch it again");
  }
  const files: TarFile[] = [];
  let at = zip.readUInt32LE(end + 16);
  let left = limitBytes;
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    if (zip.readUInt32LE(at) !== entryMagic) throw new RangeError("no entry");
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const size = zip.readUInt32LE(at + 24);
    left -= size;
    if (left < 0) throw new UserError(`the archive holds more than ${limitBytes} bytes`);
    if (!name.endsWith("/")) files.push({ name, bytes: contentOf(zip, at, size) });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

/** The content of the entry whose central record lies at `at`. */
function contentOf(zip: Buffer, at: number, size: number): Uint8Array {
  const method = zip.readUInt16LE(at + 10);
  const packed = zip.readUInt32LE(at + 20);
  const local = zip.readUInt32LE(at + 42);
  if (zip.readUInt32LE(local) !== localMagic) throw new RangeError("no file");
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const content = zip.subarray(start, start + packed);
  const plain =
    method === 0 ? content : inflateRawSync(content, { maxOutputLength: Math.max(1, size) });
  if (plain.length !== size || (method !== 0 && method !== 8)) throw new RangeError("wrong size");
  return plain;
}
