// A pattern for canonical paths: `exact`, `prefix` by whole segments (`/api` matches `/api` and `/api/x`, not `/apix`), or a
// template in which `{name}` stands for one segment and a last `**` for any rest. Patterns are made canonical themselves.
import { Block } from "../base/block";
import { canonicalPath, maxPathBytes } from "./canonical-path";

export const enum PathKind {
  Exact = 0,
  Prefix = 1,
  Template = 2,
}

@final
export class PathPattern {
  private block: Block;
  private text: usize;
  private length: u32;
  private hasRest: bool = false;
  /** The pattern as it was written. */
  readonly source: Block;
  readonly sourceLength: u32;

  /** @param text the pattern's bytes, beginning with `/`, at most 1,024; copied */
  constructor(
    private kind: PathKind,
    text: usize,
    length: u32,
  ) {
    const source = new Block(length);
    memory.copy(source.ptr, text, length);
    this.source = source;
    this.sourceLength = length;
    const canonical = heap.alloc(maxPathBytes);
    const size = <u32>canonicalPath(text, length, canonical);
    this.block = new Block(size);
    this.text = this.block.ptr;
    memory.copy(this.text, canonical, size);
    heap.free(canonical);
    this.length = size;
    if (kind == PathKind.Template && size >= 3 && load<u16>(this.text + size - 2) == 0x2a2a) {
      this.hasRest = load<u8>(this.text + size - 3) == 0x2f;
      if (this.hasRest) this.length = size - 3;
    }
  }

  /** True when a canonical path matches. */
  matches(path: usize, length: u32): bool {
    if (this.kind == PathKind.Template) return this.matchesTemplate(path, length);
    if (this.kind == PathKind.Exact && length != this.length) return false;
    if (this.length == 1) return this.kind == PathKind.Prefix || length == 1;
    if (length < this.length || memory.compare(path, this.text, this.length) != 0) return false;
    return length == this.length || load<u8>(path + this.length) == 0x2f;
  }

  private matchesTemplate(path: usize, length: u32): bool {
    if (!this.hasRest && this.length == 1) return length == 1;
    let at: u32 = 0;
    let t: u32 = 0;
    while (t < this.length) {
      const segment = segmentEnd(this.text, t + 1, this.length);
      const end = segmentEnd(path, at + 1, length);
      if (at >= length || end <= at + 1) return false;
      const isOpen =
        load<u8>(this.text + t + 1) == 0x7b && load<u8>(this.text + segment - 1) == 0x7d;
      if (!isOpen) {
        if (segment - t != end - at) return false;
        if (memory.compare(this.text + t, path + at, segment - t) != 0) return false;
      }
      t = segment;
      at = end;
    }
    return this.hasRest || at == length;
  }
}

/** Offset of the next slash from `at` on, or `length`. */
function segmentEnd(text: usize, at: u32, length: u32): u32 {
  while (at < length && load<u8>(text + at) != 0x2f) at++;
  return at;
}
