// The two engines for signatures side by side, the host's one played by Node's own crypto as in the simulator.
import { compile } from "../../cli/build/compile.ts";
import { readFields, writeFields } from "../host/protobuf.ts";
import { nodeForeign } from "../vitest/foreign.ts";
import { algorithmNames } from "./jose-probe.ts";

/** Numbers of Answer in assembly/jose/engine.ts. */
export type Verdict = "bad" | "good" | "unable";
const verdicts: Verdict[] = ["bad", "good", "unable"];

/** What the host may be made to answer in place of the truth: bytes, or a status. */
export type Lie = (truth: Uint8Array) => Uint8Array | number;

export class EngineProbe {
  /** Calls the host has answered. */
  calls = 0;
  lie: Lie = (truth) => truth;
  readonly #exports: Record<string, (...numbers: number[]) => number>;
  readonly #memory: WebAssembly.Memory;
  readonly #block: number;

  private constructor(module: WebAssembly.Module) {
    const imports: Record<string, (...numbers: number[]) => number> = {};
    for (const { name } of WebAssembly.Module.imports(module)) imports[name] = () => 0;
    imports["abort"] = () => {
      throw new Error("the guest aborted");
    };
    imports["proxy_call_foreign_function"] = (...numbers) => this.#foreign(numbers);
    const instance = new WebAssembly.Instance(module, { env: imports });
    this.#exports = instance.exports as never;
    this.#memory = instance.exports["memory"] as WebAssembly.Memory;
    (this.#exports["_initialize"] as undefined | (() => number))?.();
    this.#block = this.#exports["allocate"]!(1 << 18);
  }

  static async create(): Promise<EngineProbe> {
    const { wasm } = await compile({ entry: "assembly/probes/engine/verdicts.ts", target: "spec" });
    return new EngineProbe(new WebAssembly.Module(wasm));
  }

  /** Names of the algorithms that the host was found to know. */
  probe(): string[] {
    const taken = this.#exports["probe"]!(0xffff);
    return algorithmNames.filter((_, bit) => ((taken >> bit) & 1) === 1);
  }

  /** Takes a key; 0 is Ok, as in assembly/crypto/key/status.ts. */
  key(jwk: object): number {
    const text = Buffer.from(JSON.stringify({ keys: [jwk] }));
    this.#bytes.set(text, this.#block);
    return this.#exports["readKey"]!(this.#block, text.length);
  }

  verify(engine: "builtin" | "foreign", algorithm: string, text: Buffer, sig: Buffer): Verdict {
    const at = this.#block + 1024;
    this.#bytes.set(text, at);
    this.#bytes.set(sig, at + text.length);
    const number = algorithmNames.indexOf(algorithm);
    const numbers = [number, at, text.length, at + text.length, sig.length];
    return verdicts[this.#exports[engine]!(...numbers)]!;
  }

  get #bytes(): Uint8Array {
    return new Uint8Array(this.#memory.buffer);
  }

  #foreign([name, nameLength, ptr, length, out, outLength]: number[]): number {
    this.calls++;
    const called = Buffer.from(this.#bytes.subarray(name, name! + nameLength!)).toString();
    if (called !== "verify_signature") return 1;
    const fields = readFields(this.#bytes.slice(ptr, ptr! + length!));
    if (fields === undefined) return 2;
    const field = (number: number): Uint8Array =>
      fields.find((entry) => entry.number === number)?.bytes ?? new Uint8Array(0);
    const { ok, error } = nodeForeign().verifySignature!({
      hash: Buffer.from(field(1)).toString(),
      keyDer: field(2),
      keyPem: "",
      signature: field(3),
      text: field(4),
    });
    const told = this.lie(
      writeFields([
        { number: 1, varint: ok ? 1 : 0 },
        { number: 2, text: ok ? "" : error },
      ]),
    );
    if (typeof told === "number") return told;
    const answer = this.#exports["malloc"]!(told.length + 1);
    this.#bytes.set(told, answer);
    const view = new DataView(this.#memory.buffer);
    view.setUint32(out!, answer, true);
    view.setUint32(outLength!, told.length, true);
    return 0;
  }
}
