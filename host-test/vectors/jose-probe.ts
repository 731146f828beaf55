// The jose room's test door with bytes and names instead of pointers and numbers.
import { compile } from "../../cli/build/compile.ts";
import { instantiate, readString } from "../bridge/specs.ts";

/** Bit of each algorithm, as in assembly/jose/algorithm.ts. */
export const algorithmNames = [
  ...["none", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519", "ES256K"],
];
/** All algorithms, ES256K included. */
export const everyAlgorithm = 0xfffe;

export interface Rules {
  issuers?: string[];
  audiences?: string[];
  subjects?: string[];
  types?: string[];
  required?: string[];
  requireExpiration?: boolean;
  skewSeconds?: number;
  maxLifetimeSeconds?: number;
}

type Exports = Record<string, (...numbers: (number | bigint)[]) => number>;

let module: WebAssembly.Module | undefined;

export class JoseProbe {
  private readonly exports: Exports;
  readonly memory: WebAssembly.Memory;
  private readonly block: number;
  private static readonly blockBytes = 1 << 19;

  private constructor(
    instance: WebAssembly.Instance,
    private readonly maxTokenBytes: number,
    private readonly algorithms: number,
  ) {
    this.exports = instance.exports as unknown as Exports;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
    this.block = this.exports["allocate"]!(JoseProbe.blockBytes);
    this.reset();
  }

  static async create(maxTokenBytes = 8192, algorithms = everyAlgorithm): Promise<JoseProbe> {
    if (module === undefined) {
      const { wasm } = await compile({ entry: "assembly/probes/jose.ts", target: "spec" });
      module = new WebAssembly.Module(wasm);
    }
    return new JoseProbe(instantiate(module), maxTokenBytes, algorithms);
  }

  /** Forgets keys and rules. */
  reset(algorithms = this.algorithms): void {
    this.exports["setUp"]!(this.maxTokenBytes, algorithms);
  }

  /** Memory of the guest that stays. */
  allocate(size: number): number {
    return this.exports["allocate"]!(size);
  }

  private put(bytes: Uint8Array | string): [pointer: number, length: number] {
    const data = typeof bytes === "string" ? Buffer.from(bytes, "utf8") : bytes;
    if (data.length > JoseProbe.blockBytes) throw new Error("probe block too small");
    new Uint8Array(this.memory.buffer).set(data, this.block);
    return [this.block, data.length];
  }

  private keyName(status: number): string {
    return readString(this.memory, this.exports["keyName"]!(status));
  }

  /** Reads a key set from an object or text; the name of its status. */
  readKeys(keys: object | string): string {
    const text = typeof keys === "string" ? keys : JSON.stringify(keys);
    return this.keyName(this.exports["readKeys"]!(...this.put(text)));
  }

  get keyCount(): number {
    return this.exports["keyCount"]!();
  }

  get skipped(): { count: number; status: string } {
    return {
      count: this.exports["skippedKeys"]!(),
      status: this.keyName(this.exports["skippedStatus"]!()),
    };
  }

  private statusName(status: number): string {
    return readString(this.memory, this.exports["statusName"]!(status));
  }

  /** Verifies form, key and signature; the name of the status. */
  verify(token: string | Uint8Array): string {
    return this.statusName(this.exports["verify"]!(...this.put(token)));
  }

  /** The payload of the token verified last. */
  get payload(): Buffer {
    const [at, size] = [this.exports["payload"]!(), this.exports["payloadLength"]!()];
    return Buffer.from(new Uint8Array(this.memory.buffer, at, size));
  }

  setRules(rules: Rules): void {
    this.reset();
    const lists = [rules.issuers, rules.audiences, rules.subjects, rules.types, rules.required];
    lists.forEach((texts, which) => {
      for (const text of texts ?? []) this.exports["addRule"]!(which, ...this.put(text));
    });
    this.exports["setTimes"]!(
      rules.requireExpiration === false ? 0 : 1,
      BigInt((rules.skewSeconds ?? 60) * 1000),
      BigInt((rules.maxLifetimeSeconds ?? 0) * 1000),
    );
  }

  /** Holds the claims of the token verified last against the rules. */
  checkClaims(nowSeconds: number): string {
    const nowNs = BigInt(nowSeconds) * 1_000_000_000n;
    return this.statusName(this.exports["checkClaims"]!(nowNs));
  }

  /** verify, then checkClaims. */
  admit(token: string | Uint8Array, nowSeconds: number): string {
    const status = this.verify(token);
    return status === "jwt.ok" ? this.checkClaims(nowSeconds) : status;
  }

  numericDate(text: string): bigint {
    const result = this.exports["numericDate"]!(...this.put(text)) as unknown;
    return result as bigint;
  }

  /**
   * Reads a key in some encoding and writes it as SubjectPublicKeyInfo, or gives the status name.
   */
  rewriteKey(kind: "spki" | "pkcs1" | "certificate" | "pem", bytes: Uint8Array): Buffer | string {
    const out = this.exports["allocate"]!(this.exports["spkiBytes"]!());
    const number = ["spki", "pkcs1", "certificate", "pem"].indexOf(kind);
    const length = this.exports["rewriteKey"]!(number, ...this.put(bytes), out);
    if (length <= 0) return this.keyName(-length);
    return Buffer.from(new Uint8Array(this.memory.buffer, out, length));
  }

  /** r || s as DER. */
  signatureToDer(signature: Uint8Array): Buffer {
    const out = this.exports["allocate"]!(256);
    const [at, size] = this.put(signature);
    const length = this.exports["ecdsaSignatureToDer"]!(out, at, size / 2);
    return Buffer.from(new Uint8Array(this.memory.buffer, out, length));
  }
}
