// The regex probe as a class: compiles assembly/probes/regex.ts once and wraps its raw entry points.
import { compile, packageRoot } from "../../../cli/build/compile.ts";
import { instantiate } from "../../bridge/specs.ts";
import { readFileSync } from "node:fs";
import path from "node:path";
import { RegexFlag, RegexStatus } from "../../../assembly/regex/status.ts";

export { RegexFlag, RegexStatus };

/** Offsets of the match and of each group; null for a group that took no part. */
export type Spans = ([number, number] | null)[];

type Exports = Record<string, (...args: number[]) => number>;

/** A text or pattern: a string is one byte per character (Latin-1). */
export type Bytes = string | Uint8Array;

export function toBytes(text: Bytes): Uint8Array {
  return typeof text === "string" ? Buffer.from(text, "latin1") : text;
}

/** Number to name, read from the source: a const enum has no reverse mapping. */
const statusNames = new Map(
  [
    ...readFileSync(path.join(packageRoot, "assembly/regex/status.ts"), "utf8").matchAll(
      /^  ([A-Z0-9_]+) = (\d+),$/gm,
    ),
  ]
    .slice(0, 100)
    .reverse()
    .map((match) => [Number(match[2]), match[1]!]),
);

/** Pattern that was refused, with the name of the reason. */
export class RegexRefused extends Error {
  readonly status: number;
  readonly offset: number;
  constructor(status: number, offset: number) {
    super(`${statusNames.get(status)} at ${offset}`);
    this.status = status;
    this.offset = offset;
  }
}

export async function openRegexProbe(): Promise<RegexProbe> {
  const compiled = await compile({ entry: "assembly/probes/regex.ts", target: "spec" });
  return new RegexProbe(new WebAssembly.Module(compiled.wasm));
}

export class RegexProbe {
  readonly raw: Exports;
  readonly memory: WebAssembly.Memory;
  #block = 0;
  #blockBytes = 0;

  constructor(readonly module: WebAssembly.Module) {
    const instance = instantiate(module);
    this.raw = instance.exports as unknown as Exports;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
  }

  /** Copies bytes to the probe's scratch block and returns its address; `extra` bytes follow. */
  place(bytes: Uint8Array, extra = 0): number {
    const needed = bytes.length + extra + 16;
    if (needed > this.#blockBytes) {
      if (this.#block !== 0) this.raw["release"]!(this.#block);
      this.#blockBytes = needed * 2;
      this.#block = this.raw["allocate"]!(this.#blockBytes);
    }
    new Uint8Array(this.memory.buffer).set(bytes, this.#block);
    return this.#block;
  }

  /** What the engine makes of a pattern, as text. */
  explain(pattern: Bytes, flags = 0): string {
    const bytes = toBytes(pattern);
    const capacity = 1 << 16;
    const address = this.place(bytes, capacity);
    const out = address + bytes.length;
    const length = this.raw["explain"]!(address, bytes.length, flags, out, capacity);
    return Buffer.from(new Uint8Array(this.memory.buffer, out, length)).toString("latin1");
  }

  /** @throws RegexRefused */
  compile(pattern: Bytes, flags = 0): CompiledRegex {
    const bytes = toBytes(pattern);
    const handle = this.raw["compile"]!(this.place(bytes), bytes.length, flags);
    if (handle === 0) throw new RegexRefused(this.raw["status"]!(), this.raw["failureOffset"]!());
    return new CompiledRegex(this, handle);
  }
}

/** A set of patterns under one automaton. */
export class CompiledSet {
  readonly handle: number;
  readonly probe: RegexProbe;
  readonly count: number;

  /** @throws RegexRefused */
  constructor(probe: RegexProbe, patterns: Bytes[], flags: number) {
    this.probe = probe;
    this.count = patterns.length;
    probe.raw["beginSet"]!();
    for (const pattern of patterns) {
      const bytes = toBytes(pattern);
      const status = probe.raw["addPattern"]!(probe.place(bytes), bytes.length, flags);
      if (status !== 0) throw new RegexRefused(status, 0);
    }
    this.handle = probe.raw["endSet"]!();
  }

  /** Numbers of the patterns that match anywhere in the text. */
  scan(text: Bytes): number[] {
    const bytes = toBytes(text);
    const address = this.probe.place(bytes, this.count / 8 + 16);
    const hits = (address + bytes.length + 7) & ~7;
    this.probe.raw["scan"]!(this.handle, address, bytes.length, hits);
    const words = new Uint8Array(this.probe.memory.buffer, hits, (this.count + 7) >> 3);
    const ids: number[] = [];
    for (let i = 0; i < this.count; i++) if ((words[i >> 3]! >> (i & 7)) & 1) ids.push(i);
    return ids;
  }

  free(): void {
    this.probe.raw["releaseSet"]!(this.handle);
  }
}

export class CompiledRegex {
  readonly groups: number;
  readonly probe: RegexProbe;
  readonly handle: number;

  constructor(probe: RegexProbe, handle: number) {
    this.probe = probe;
    this.handle = handle;
    this.groups = probe.raw["groups"]!(handle);
  }

  free(): void {
    this.probe.raw["free"]!(this.handle);
  }

  /** Match with groups by the named engine entry point of the probe. */
  search(
    engine: string,
    text: Bytes,
    {
      from = 0,
      to = -1,
      anchored = false,
    }: { from?: number; to?: number; anchored?: boolean } = {},
  ): Spans | null {
    const bytes = toBytes(text);
    const slots = 2 * (this.groups + 1);
    const address = this.probe.place(bytes, slots * 4 + 8);
    const out = (address + bytes.length + 7) & ~7;
    const end = to < 0 ? bytes.length : to;
    const found = this.probe.raw[engine]!(
      this.handle,
      address,
      bytes.length,
      from,
      end,
      anchored ? 1 : 0,
      out,
      slots,
    );
    return found === 0 ? null : this.#spans(out, slots);
  }

  /** Whether the pattern matches anywhere. */
  isMatch(text: Bytes): boolean {
    const bytes = toBytes(text);
    return this.probe.raw["isMatch"]!(this.handle, this.probe.place(bytes), bytes.length) !== 0;
  }

  #spans(out: number, slots: number): Spans {
    const words = new Uint32Array(this.probe.memory.buffer.slice(out, out + slots * 4));
    const spans: Spans = [];
    for (let i = 0; i < slots; i += 2) {
      const [start, end] = [words[i]!, words[i + 1]!];
      spans.push(start === 0xffffffff || end === 0xffffffff ? null : [start, end]);
    }
    return spans;
  }
}
