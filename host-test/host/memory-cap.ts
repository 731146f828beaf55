// Envoy runs V8 with at most 16,384 pages (1 GiB) of memory a VM: memory.grow past that fails. JavaScript has no such
// switch, so a module that names no lower maximum gets this one written into its memory section before compiling.
export const envoyPagesLimit = 16384;

export interface CappedModule {
  bytes: Uint8Array;
  /** How many bytes everything behind the memory section moved. */
  shift: number;
}

interface Number32 {
  value: number;
  next: number;
}

function readU32(bytes: Uint8Array, at: number): Number32 {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) break;
  }
  return { value: value >>> 0, next: at };
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

/** The module with the limit in place; the same bytes when its own is lower or it has no plain memory. */
export function capMemory(bytes: Uint8Array, maxPages = envoyPagesLimit): CappedModule {
  let at = 8;
  while (at < bytes.length) {
    const section = bytes[at];
    const size = readU32(bytes, at + 1);
    const end = size.next + size.value;
    if (section === 5) return capSection(bytes, at, size.next, end, maxPages);
    if (section > 5 && section !== 11 && section !== 12) break;
    at = end;
  }
  return { bytes, shift: 0 };
}

function capSection(
  bytes: Uint8Array,
  start: number,
  body: number,
  end: number,
  maxPages: number,
): CappedModule {
  const count = readU32(bytes, body);
  const flags = bytes[count.next];
  // More than one memory, shared or 64-bit memory: left alone.
  if (count.value !== 1 || flags > 1) return { bytes, shift: 0 };
  const minimum = readU32(bytes, count.next + 1);
  if (flags === 1 && readU32(bytes, minimum.next).value <= maxPages) return { bytes, shift: 0 };
  if (minimum.value > maxPages) return { bytes, shift: 0 };
  const content = [1, 1, ...leb(minimum.value), ...leb(maxPages)];
  const section = [5, ...leb(content.length), ...content];
  const capped = new Uint8Array(bytes.length - (end - start) + section.length);
  capped.set(bytes.subarray(0, start));
  capped.set(section, start);
  capped.set(bytes.subarray(end), start + section.length);
  return { bytes: capped, shift: section.length - (end - start) };
}
