// The crypto room's test door with bytes instead of pointers: each call copies its arguments into guest memory and reads the answer back.
import { compile } from "../../cli/build/compile.ts";
import { instantiate } from "../bridge/specs.ts";

/** Numbers of `Hash` in assembly/crypto/hash.ts. */
export const hashes = { sha256: 0, sha384: 1, sha512: 2 } as const;
export type HashName = keyof typeof hashes;

const digestBytes: Record<HashName, number> = { sha256: 32, sha384: 48, sha512: 64 };

type Exports = Record<string, (...numbers: number[]) => number>;

export class CryptoProbe {
  readonly exports: Exports;
  readonly memory: WebAssembly.Memory;
  private readonly blocks: number[] = [];

  constructor(instance: WebAssembly.Instance) {
    this.exports = instance.exports as unknown as Exports;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
  }

  /** Compiles the probe; `flags` of asc, for example `["--disable", "simd"]` for the scalar twin. */
  static async create(flags: string[] = []): Promise<CryptoProbe> {
    const options = { entry: "assembly/probes/crypto.ts", target: "spec", flags } as const;
    const { wasm } = await compile(options);
    return new CryptoProbe(instantiate(new WebAssembly.Module(wasm)));
  }

  /** Memory of the guest that stays until the instance goes. */
  allocate(size: number): number {
    return this.exports["allocate"]!(size);
  }

  /** Copies bytes into one of a few reusable blocks and returns its address; slot 0 to 7. */
  put(slot: number, bytes: Uint8Array): number {
    const capacity = 1 << 17;
    if (bytes.length > capacity) throw new Error(`probe block too small for ${bytes.length} bytes`);
    const pointer = (this.blocks[slot] ??= this.allocate(capacity));
    new Uint8Array(this.memory.buffer).set(bytes, pointer);
    return pointer;
  }

  read(pointer: number, size: number): Buffer {
    return Buffer.from(new Uint8Array(this.memory.buffer, pointer, size));
  }

  hash(name: HashName, data: Uint8Array): Buffer {
    const out = this.put(7, new Uint8Array(64));
    this.exports["hash"]!(hashes[name], this.put(0, data), data.length, out);
    return this.read(out, digestBytes[name]);
  }

  /** An HMAC key record in guest memory. */
  hmacKey(name: HashName, secret: Uint8Array): number {
    const key = this.allocate(this.exports["hmacKeyBytes"]!());
    this.exports["hmacKey"]!(key, hashes[name], this.put(0, secret), secret.length);
    return key;
  }

  hmacVerify(key: number, data: Uint8Array, tag: Uint8Array): boolean {
    const [d, t] = [this.put(0, data), this.put(1, tag)];
    return this.exports["hmacVerify"]!(key, d, data.length, t, tag.length) === 1;
  }

  /** The whole tag. */
  hmac(key: number, name: HashName, data: Uint8Array): Buffer {
    const out = this.put(7, new Uint8Array(64));
    this.exports["hmac"]!(key, this.put(0, data), data.length, out);
    return this.read(out, digestBytes[name]);
  }
}
