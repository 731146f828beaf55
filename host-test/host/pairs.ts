// The wire format of header maps between host and guest (proxy-wasm-cpp-host pairs_util.cc): u32 count, then name and
// value sizes, then each name and value with a NUL behind it, little endian. From the guest it is read strictly; what
// does not fit the limits is an *empty* map without an error, which is how Envoy loses all headers of a bad block.
import { PairsLimit } from "../../assembly/abi/constants.ts";
import { latin1, writeLatin1 } from "./bytes.ts";
import type { Header } from "./types.ts";

export function pairsSize(pairs: readonly Header[]): number {
  let size = 4;
  for (const [name, value] of pairs) size += 10 + name.length + value.length;
  return size;
}

/** Writes into `bytes` from `at`; the caller made room of pairsSize. */
export function writePairs(
  pairs: readonly Header[],
  bytes: Uint8Array,
  view: DataView,
  at: number,
): void {
  view.setUint32(at, pairs.length, true);
  let sizeAt = at + 4;
  let textAt = sizeAt + 8 * pairs.length;
  for (const [name, value] of pairs) {
    view.setUint32(sizeAt, name.length, true);
    view.setUint32(sizeAt + 4, value.length, true);
    sizeAt += 8;
    writeLatin1(name, bytes, textAt);
    textAt += name.length;
    bytes[textAt++] = 0;
    writeLatin1(value, bytes, textAt);
    textAt += value.length;
    bytes[textAt++] = 0;
  }
}

export function encodePairs(pairs: readonly Header[]): Uint8Array {
  const bytes = new Uint8Array(pairsSize(pairs));
  writePairs(pairs, bytes, new DataView(bytes.buffer), 0);
  return bytes;
}

/** Reads a guest's block; anything malformed or over the limits gives no pairs at all. */
export function decodePairs(block: Uint8Array): Header[] {
  if (block.length < 4 || block.length > PairsLimit.MaxBytes) return [];
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const count = view.getUint32(0, true);
  if (count > PairsLimit.MaxCount) return [];
  let textAt = 4 + 8 * count;
  if (textAt > block.length) return [];
  const pairs: Header[] = [];
  for (let i = 0; i < count; i++) {
    const nameEnd = textAt + view.getUint32(4 + 8 * i, true);
    if (nameEnd >= block.length || block[nameEnd] !== 0) return [];
    const valueEnd = nameEnd + 1 + view.getUint32(8 + 8 * i, true);
    if (valueEnd >= block.length || block[valueEnd] !== 0) return [];
    pairs.push([latin1(block, textAt, nameEnd), latin1(block, nameEnd + 1, valueEnd)]);
    textAt = valueEnd + 1;
  }
  return textAt === block.length ? pairs : [];
}
