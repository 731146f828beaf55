// A WebAssembly binary as a list of sections, and the few encodings that rewriting one needs: LEB128 numbers, vectors,
// constant expressions. Nothing is validated beyond what is read; the engine that loads the result does that.
// Source: WebAssembly core specification §5 (binary format).

export interface Section {
  id: number;
  bytes: Uint8Array;
}

/** Section numbers of §5.5.2. */
export const sectionId = {
  custom: 0,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** Reads bytes from the front. */
export class ByteReader {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    if (this.done) throw new RangeError("the module ends too early");
    return this.bytes[this.at++]!;
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new RangeError("the module ends too early");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
    }
    return value >>> 0;
  }

  /** A signed number of up to 32 bits, read as an address: from 0 up. */
  signed(): number {
    let value = 0;
    let shift = 0;
    for (let byte = 0x80; (byte & 0x80) !== 0; shift += 7) {
      byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0xc0) === 0x40) value -= 2 ** (shift + 7);
    }
    return value >>> 0;
  }

  /** Skips a signed number of up to 64 bits. */
  skipSigned(): void {
    while ((this.byte() & 0x80) !== 0);
  }
}

/** The sections of a module, in order. */
export function readSections(wasm: Uint8Array): Section[] {
  const reader = new ByteReader(wasm);
  if (!header.every((byte) => reader.byte() === byte))
    throw new RangeError("no WebAssembly module");
  const sections: Section[] = [];
  while (!reader.done) {
    const id = reader.byte();
    sections.push({ id, bytes: reader.take(reader.u32()) });
  }
  return sections;
}

export function writeSections(sections: Section[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.from(header)];
  for (const { id, bytes } of sections) {
    parts.push(Uint8Array.from([id, ...u32(bytes.length)]), bytes);
  }
  return concat(parts);
}

/** Unsigned LEB128. */
export function u32(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value & 0x7f;
    value = Math.floor(value / 128);
    bytes.push(value === 0 ? low : low | 0x80);
  } while (value !== 0);
  return bytes;
}

/** Signed LEB128 of up to 64 bits. */
export function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = Number(value & 0x7fn);
    value >>= 7n;
    const ends = (value === 0n && (low & 0x40) === 0) || (value === -1n && (low & 0x40) !== 0);
    bytes.push(ends ? low : low | 0x80);
    if (ends) return bytes;
  }
}

export function concat(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
