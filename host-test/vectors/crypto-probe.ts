// The crypto room's test door with bytes instead of pointers: each call copies its arguments into
// guest memory and reads the answer back.
import { compile } from "../../cli/build/compile.ts";
import { instantiate } from "../bridge/specs.ts";

/** Numbers of `Hash` in assembly/crypto/hash/hash.ts. */
export const hashes = { sha256: 0, sha384: 1, sha512: 2 } as const;
export type HashName = keyof typeof hashes;

const digestBytes: Record<HashName, number> = { sha256: 32, sha384: 48, sha512: 64 };

/** Numbers of `Curve` in assembly/crypto/ec/curve.ts, by the names of node:crypto. */
export const curves = { "P-256": 0, "P-384": 1, "P-521": 2, secp256k1: 3, Ed25519: 4 } as const;
export type EcCurve = Exclude<keyof typeof curves, "Ed25519">;

type Exports = Record<string, (...numbers: number[]) => number>;

export class CryptoProbe {
  readonly exports: Exports;
  readonly memory: WebAssembly.Memory;
  private readonly blocks: number[] = [];

  constructor(instance: WebAssembly.Instance) {
    this.exports = instance.exports as unknown as Exports;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
  }

  /**
   * Compiles the probe; `flags` of asc, for example `["--disable", "simd"]` for the scalar twin.
   */
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

  /** An RSA key record in guest memory; `n` without leading zeros. `prepared` makes PKCS#1 cheaper. */
  rsaKey(n: Uint8Array, exponent: bigint, prepared = true): number {
    const bits = n.length * 8 - Math.clz32(n[0]!) + 24;
    const key = this.allocate(this.exports["rsaKeyBytes"]!(bits));
    const rsaKey = this.exports["rsaKey"] as unknown as (...a: (number | bigint)[]) => void;
    rsaKey(key, this.put(0, n), n.length, exponent);
    if (prepared) this.exports["rsaPreparePkcs1"]!(key);
    return key;
  }

  /** PKCS#1 v1.5 over the digest of `message`. */
  rsaVerifyPkcs1(key: number, name: HashName, message: Uint8Array, sig: Uint8Array): boolean {
    const digest = this.put(1, this.hash(name, message));
    const at = this.put(2, sig);
    return this.exports["rsaVerifyPkcs1"]!(key, hashes[name], digest, at, sig.length) === 1;
  }

  /** PSS over the digest of `message`, with MGF1 over the same hash and a salt of `salt` bytes. */
  rsaVerifyPss(
    key: number,
    name: HashName,
    message: Uint8Array,
    sig: Uint8Array,
    salt = digestBytes[name],
  ): boolean {
    const digest = this.put(1, this.hash(name, message));
    const at = this.put(2, sig);
    return this.exports["rsaVerifyPss"]!(key, hashes[name], digest, salt, at, sig.length) === 1;
  }

  /**
   * An ECDSA key record, or undefined when the coordinates are refused. `table` makes it a fast
   * one.
   */
  ecdsaKey(curve: EcCurve, x: Uint8Array, y: Uint8Array, table: boolean): number | undefined {
    const key = this.allocate(this.exports["ecdsaKeyBytes"]!());
    if (!this.exports["ecdsaKey"]!(key, curves[curve], this.put(0, x), this.put(1, y))) return;
    if (table) {
      const memory = this.allocate(this.exports["ecdsaTableBytes"]!(curves[curve]));
      this.exports["ecdsaUseTable"]!(key, memory);
    }
    return key;
  }

  ecdsaVerify(key: number, name: HashName, message: Uint8Array, sig: Uint8Array): boolean {
    const digest = this.put(1, this.hash(name, message));
    const at = this.put(2, sig);
    return this.exports["ecdsaVerify"]!(key, digest, digestBytes[name], at, sig.length) === 1;
  }

  /** An Ed25519 key record, or undefined when the key is refused. */
  ed25519Key(octets: Uint8Array, table: boolean): number | undefined {
    const key = this.allocate(this.exports["ed25519KeyBytes"]!());
    if (!this.exports["ed25519Key"]!(key, this.put(0, octets))) return;
    if (table) {
      this.exports["ed25519UseTable"]!(key, this.allocate(this.exports["ed25519TableBytes"]!()));
    }
    return key;
  }

  ed25519Verify(key: number, message: Uint8Array, sig: Uint8Array): boolean {
    const [m, s] = [this.put(1, message), this.put(2, sig)];
    return this.exports["ed25519Verify"]!(key, m, message.length, s, sig.length) === 1;
  }
}
