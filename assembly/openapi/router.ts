// From a path to the template that it meets: a tree of segments, literal ones looked up by hash and tried before those with expressions
// ("concrete before templated"), the more literal of several patterns first. A node is met by one path through the tree alone, so that a
// search costs at most the tree, whatever the path.
// Source: OpenAPI 3.0.4 §4.7.8.2, 3.1.1 §4.8.8.
import { indexOfByte } from "../base/find-byte";
import { decodePercent } from "../base/form-decode";
import { Block } from "../base/block";
import { NameSlots } from "../schema/node";
import { Bytes, Operation } from "./model";
import { PathValues, Pattern } from "./template";

/** Segments of a path that can be found. */
const MAX_SEGMENTS: i32 = 64;
/** Longest segment with escapes that is compared with literals. */
const MAX_SEGMENT_BYTES: u32 = 1024;

/** A path of the document with its operations. */
@final
export class Route {
  /** One for each method; of one method the first, which leads to the others. */
  readonly operations: Operation[] = [];
  /** Row of the path in the document. */
  row: usize = 0;
  /** Names of the expressions in their order. */
  expressions: string[] = [];

  /** The operation of a method; null: none. */
  operation(method: string): Operation | null {
    for (let i = 0; i < this.operations.length; i++) {
      if (this.operations[i].method == method) return this.operations[i];
    }
    return null;
  }
}

@final
class Segment {
  names: NameSlots;
  children: Segment[] = [];
  patterns: Pattern[] = [];
  patternChildren: Segment[] = [];
  route: Route | null = null;

  constructor(seed: u64) {
    this.names = new NameSlots(seed);
  }
}

@final
export class Router {
  /** Values of the expressions of the template found last, undecoded. */
  readonly values: PathValues = new PathValues();
  private all: Segment[] = [];
  private texts: Bytes[] = [];
  private room: Block = new Block(MAX_SEGMENT_BYTES);

  constructor(private seed: u64) {
    this.segment();
  }

  private segment(): Segment {
    const segment = new Segment(this.seed);
    this.all.push(segment);
    return segment;
  }

  /** The route that already has this template, names of expressions aside; null after adding `route`. Configure time. */
  add(template: string, route: Route): Route | null {
    const parts = template.substring(1).split("/");
    let at = this.all[0];
    for (let i = 0; i < parts.length; i++) {
      at = parts[i].indexOf("{") < 0 ? this.literal(at, parts[i]) : this.pattern(at, parts[i]);
    }
    const known = at.route;
    if (known !== null) return known;
    at.route = route;
    return null;
  }

  private literal(at: Segment, text: string): Segment {
    const bytes = new Bytes(text);
    const length = decodePercent(bytes.ptr, bytes.ptr, bytes.length);
    const place = at.names.slot(bytes.ptr, length);
    if (place < at.children.length) return at.children[place];
    this.texts.push(bytes);
    const child = this.segment();
    at.children.push(child);
    return child;
  }

  private pattern(at: Segment, text: string): Segment {
    const pattern = patternOf(text);
    let place = 0;
    while (place < at.patterns.length && !isSamePattern(at.patterns[place], pattern)) place++;
    if (place < at.patterns.length) return at.patternChildren[place];
    const child = this.segment();
    at.patterns.push(pattern);
    at.patternChildren.push(child);
    for (let i = place; i > 0; i--) {
      if (at.patterns[i - 1].literalBytes >= pattern.literalBytes) break;
      at.patterns[i] = at.patterns[i - 1];
      at.patternChildren[i] = at.patternChildren[i - 1];
      at.patterns[i - 1] = pattern;
      at.patternChildren[i - 1] = child;
    }
    return child;
  }

  /** All templates are in. Configure time. */
  close(): void {
    for (let i = 0; i < this.all.length; i++) this.all[i].names.close();
  }

  /** The route of a path (no query, in normal form); null: none. */
  find(path: usize, length: u32): Route | null {
    this.values.count = 0;
    if (length == 0 || load<u8>(path) != 0x2f) return null;
    return this.below(this.all[0], path + 1, path + length, 0);
  }

  private below(at: Segment, from: usize, end: usize, depth: i32): Route | null {
    if (depth >= MAX_SEGMENTS) return null;
    const length = indexOfByte(from, 0, <u32>(end - from), 0x2f);
    const next = from + length;
    const child = this.literalChild(at, from, length);
    if (child !== null) {
      const found = next == end ? child.route : this.below(child, next + 1, end, depth + 1);
      if (found !== null) return found;
    }
    const count = this.values.count;
    for (let i = 0; i < at.patterns.length; i++) {
      if (!at.patterns[i].matches(from, length, this.values)) continue;
      const below = at.patternChildren[i];
      const found = next == end ? below.route : this.below(below, next + 1, end, depth + 1);
      if (found !== null) return found;
      this.values.count = count;
    }
    return null;
  }

  private literalChild(at: Segment, ptr: usize, length: u32): Segment | null {
    if (at.children.length == 0) return null;
    let place = at.names.find(ptr, length);
    const isEscaped = place < 0 && indexOfByte(ptr, 0, length, 0x25) < length;
    if (isEscaped && length <= MAX_SEGMENT_BYTES) {
      place = at.names.find(this.room.ptr, decodePercent(this.room.ptr, ptr, length));
    }
    return place < 0 ? null : at.children[place];
  }
}

/** Literals of a segment such as `{a}-{b}.json`: "", "-", ".json". */
function patternOf(text: string): Pattern {
  const pattern = new Pattern();
  let rest = text;
  while (true) {
    const open = rest.indexOf("{");
    const literal = open < 0 ? rest : rest.substring(0, open);
    const bytes = new Bytes(literal);
    pattern.literals.push(bytes);
    pattern.literalBytes += bytes.length;
    if (open < 0) return pattern;
    rest = rest.substring(rest.indexOf("}", open) + 1);
  }
}

function isSamePattern(a: Pattern, b: Pattern): bool {
  if (a.literals.length != b.literals.length) return false;
  for (let i = 0; i < a.literals.length; i++) {
    const other = b.literals[i];
    if (!a.literals[i].equals(other.ptr, other.length)) return false;
  }
  return true;
}

/** Names of a template's expressions in their order; null: braces do not match, or two expressions touch. */
export function expressionsOf(template: string): string[] | null {
  const names: string[] = [];
  let at = 0;
  while (true) {
    const open = template.indexOf("{", at);
    if (open < 0) return template.indexOf("}", at) < 0 ? names : null;
    const stray = template.indexOf("}", at);
    const close = template.indexOf("}", open);
    const slash = template.indexOf("/", open);
    if (stray < open || close < open + 2 || (slash >= 0 && slash < close)) return null;
    if (open > 0 && open == at && names.length > 0) return null;
    const name = template.substring(open + 1, close);
    if (name.indexOf("{") >= 0 || names.includes(name)) return null;
    names.push(name);
    at = close + 1;
  }
}
