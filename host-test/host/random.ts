// Seeded randomness (mulberry32): request ids, WASI random bytes, reload jitter. The same seed gives the same run.

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 (included) to 1 (excluded). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  fill(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(this.next() * 256);
  }

  #hex16(): string {
    const value = Math.floor(this.next() * 65536);
    return hex8[value >>> 8] + hex8[value & 255];
  }

  /** A version 4 UUID, the form of Envoy's x-request-id. */
  uuid(): string {
    const variant = "89ab"[Math.floor(this.next() * 4)];
    const tail = this.#hex16() + this.#hex16() + this.#hex16();
    return (
      `${this.#hex16()}${this.#hex16()}-${this.#hex16()}-4${this.#hex16().slice(1)}` +
      `-${variant}${this.#hex16().slice(1)}-${tail}`
    );
  }
}

const hex8 = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
