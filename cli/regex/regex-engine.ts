// The regex engine of the filters, run here: what it makes of a pattern, why it refuses one, and what a pattern finds in a text.
import { compile } from "../build/compile.ts";
import { RegexFlag, type RegexStatus } from "../../assembly/regex/status.ts";

/** Start and end in bytes. */
export type Span = [start: number, end: number];

export interface Refusal {
  /** Number of the reason (assembly/regex/status.ts). */
  status: RegexStatus;
  reason: string;
  /** Byte of the pattern. */
  offset: number;
}

/** Letters of `(?…)` that set an option of the whole pattern. */
export const flagLetters: Record<string, RegexFlag> = {
  i: RegexFlag.CASE_INSENSITIVE,
  m: RegexFlag.MULTI_LINE,
  s: RegexFlag.DOT_ALL,
  U: RegexFlag.UNGREEDY,
  x: RegexFlag.EXTENDED,
  u: RegexFlag.UTF8,
};

/** Bytes of the longest description; a pattern of the largest program takes less. */
const descriptionBytes = 1 << 24;
const noGroup = 0xffffffff;

interface Exports extends Record<string, unknown> {
  memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  release(block: number): void;
  open(pattern: number, length: number, flags: number): number;
  reason(): number;
  status(): number;
  offset(): number;
  explain(pattern: number, length: number, flags: number, out: number, capacity: number): number;
  search(text: number, length: number, out: number, slots: number): number;
}

/** One pattern in the engine. */
export class RegexEngine {
  readonly #guest: Exports;
  readonly #pattern: Uint8Array;
  readonly #flags: number;
  /** Groups of the pattern; of a refused one none. */
  readonly groups: number;
  /** Why the pattern is refused; undefined when it is not. */
  readonly refusal: Refusal | undefined;

  private constructor(guest: Exports, pattern: Uint8Array, flags: number) {
    this.#guest = guest;
    this.#pattern = pattern;
    this.#flags = flags;
    const block = this.#placed(pattern);
    const groups = guest.open(block, pattern.length, flags);
    this.groups = Math.max(groups, 0);
    this.refusal =
      groups >= 0
        ? undefined
        : { status: guest.status(), reason: this.#string(guest.reason()), offset: guest.offset() };
    guest.release(block);
  }

  /** Compiles the engine, the first time, and gives it the pattern. @param flags set of RegexFlag */
  static async open(pattern: Uint8Array, flags: number): Promise<RegexEngine> {
    const { wasm } = await compile({ entry: "assembly/tools/regex.ts", target: "spec" });
    const abort = (): never => {
      throw new Error("the regex engine stopped on a pattern, which it never should");
    };
    const { instance } = await WebAssembly.instantiate(wasm, { env: { abort } });
    const guest = instance.exports as unknown as Exports;
    (guest["_initialize"] as (() => void) | undefined)?.();
    return new RegexEngine(guest, pattern, flags);
  }

  /** The description, a line each. */
  describe(): string[] {
    const { length } = this.#pattern;
    const block = this.#placed(this.#pattern, descriptionBytes);
    const out = block + length;
    const written = this.#guest.explain(block, length, this.#flags, out, descriptionBytes);
    const text = Buffer.from(new Uint8Array(this.#guest.memory.buffer, out, written)).toString(
      "latin1",
    );
    this.#guest.release(block);
    return text.trimEnd().split("\n");
  }

  /** The leftmost match and its groups; undefined where there is none. */
  find(text: Uint8Array): (Span | null)[] | undefined {
    const slots = 2 * (this.groups + 1);
    const block = this.#placed(text, slots * 4 + 8);
    const out = (block + text.length + 7) & ~7;
    const found = this.#guest.search(block, text.length, out, slots) !== 0;
    const words = new Uint32Array(this.#guest.memory.buffer.slice(out, out + slots * 4));
    this.#guest.release(block);
    if (!found) return undefined;
    return Array.from({ length: this.groups + 1 }, (_, group): Span | null => {
      const [start, end] = words.subarray(2 * group);
      return start === noGroup || end === noGroup ? null : [start!, end!];
    });
  }

  /** Copies bytes into a block of their own, with room behind them. */
  #placed(bytes: Uint8Array, room = 16): number {
    const block = this.#guest.allocate(bytes.length + room);
    new Uint8Array(this.#guest.memory.buffer).set(bytes, block);
    return block;
  }

  /** An AssemblyScript string: UTF-16, its bytes in the word before it. */
  #string(pointer: number): string {
    const { buffer } = this.#guest.memory;
    const length = new DataView(buffer).getUint32(pointer - 4, true);
    return Buffer.from(new Uint8Array(buffer, pointer, length)).toString("utf16le");
  }
}
