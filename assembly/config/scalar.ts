// Scalars of a configuration document: whole numbers, strings, choices, durations, sizes. An
// accessor returns a usable value whatever the document holds: the given fallback when the value is
// absent, null or wrong, with an error on the document in the last case.
import { isDigit } from "../base/ascii";
import { decimalI64, parseI64 } from "../base/decimal";
import { floatValue, parseF64 } from "../base/float";
import { ConfigDocument } from "./document";
import { ConfigNode, NodeKind, NodeMark, nodeAt } from "./node";
import { pointerOf, printable } from "./pointer";
import { nearestWord } from "./suggestion";
import { NO_AMOUNT, parseDurationNs, parseSizeBytes } from "./units";

/**
 * Longest value that an error repeats; longer ones, and all of a secret's, are told by their type.
 */
const MAX_ECHO: u32 = 32;

/** `order` of an absent value below a wrong one: its errors would only repeat that one. */
export const MUTED: usize = usize.MAX_VALUE;

/** What `ConfigValue` inherits; stages use that one. */
export class ConfigScalar {
  /** `node` 0 stands for an absent value, of which only the pointer is known. */
  constructor(
    protected document: ConfigDocument,
    protected node: usize,
    protected absentPointer: string,
    protected order: usize,
  ) {}

  /** Present and not null. */
  get isPresent(): bool {
    return this.node != 0 && nodeAt(this.node).kind != NodeKind.Null;
  }

  isKind(kind: NodeKind): bool {
    return this.node != 0 && nodeAt(this.node).kind == kind;
  }

  get isObject(): bool {
    return this.isKind(NodeKind.Object);
  }

  get isArray(): bool {
    return this.isKind(NodeKind.Array);
  }

  get isString(): bool {
    return this.isKind(NodeKind.String);
  }

  /** Name in its object, decoded; empty for elements. */
  get name(): string {
    if (this.node == 0 || nodeAt(this.node).name == 0) return "";
    return String.UTF8.decodeUnsafe(nodeAt(this.node).name, nodeAt(this.node).nameLength);
  }

  /** JSON Pointer, also of an absent value. */
  get pointer(): string {
    return this.node != 0 ? pointerOf(nodeAt(this.node)) : this.absentPointer;
  }

  /** Adds an error at this value, for meanings only its reader knows (a CIDR, a pattern). */
  fail(message: string, mend: string = ""): void {
    if (this.node != 0) {
      const node = nodeAt(this.node);
      if ((node.marks & NodeMark.Faulty) == 0) this.document.fail(node, message, mend);
      node.marks |= NodeMark.Faulty;
    } else if (this.order != MUTED) {
      this.document.report(this.absentPointer, message, mend, this.order);
    }
  }

  /** Adds an error at a JSON pointer below this value, which its reader took out with `opaque`. */
  failBelow(pointer: string, message: string, mend: string): void {
    this.document.report(this.pointer + pointer, message, mend, this.node);
  }

  bool(fallback: bool): bool {
    if (!this.isPresent) return fallback;
    if (this.isKind(NodeKind.True)) return true;
    if (this.isKind(NodeKind.False)) return false;
    this.mistake("must be true or false", "write true or false, without quotes");
    return fallback;
  }

  /** A whole number from `least` to `most`; `1e3` and `100.0` are whole. */
  integer(fallback: i64, least: i64, most: i64): i64 {
    if (!this.isPresent) return fallback;
    const wanted = `must be an integer from ${least} to ${most}`;
    if (!this.isNumber) return this.wrong(wanted, fallback, this.numberMend());
    const node = nodeAt(this.node);
    // Beyond 2^53 a double would round: plain digits are read as they are.
    const isPlain = parseI64(node.text, node.textLength);
    const value = isPlain ? <f64>decimalI64 : this.double();
    if (Math.floor(value) != value) return this.wrong(wanted, fallback, "write a whole number");
    const exact = isPlain ? decimalI64 : <i64>value;
    if (value > <f64>most || exact > most) {
      return this.wrong(wanted, fallback, `use ${most} or less`);
    }
    if (value < <f64>least || exact < least) {
      return this.wrong(wanted, fallback, `use ${least} or more`);
    }
    return exact;
  }

  /** A number from `least` to `most`. */
  number(fallback: f64, least: f64, most: f64): f64 {
    if (!this.isPresent) return fallback;
    const value = this.isNumber ? this.double() : 0;
    if (this.isNumber && value >= least && value <= most) return value;
    const mend = this.isNumber ? `use ${value < least ? least : most}` : this.numberMend();
    this.mistake(`must be a number from ${least} to ${most}`, mend);
    return fallback;
  }

  /** A string as an AssemblyScript string. */
  string(fallback: string): string {
    if (!this.isPresent) return fallback;
    if (!this.expect(NodeKind.String, "a string")) return fallback;
    return String.UTF8.decodeUnsafe(this.textPtr, this.textLength);
  }

  /**
   * Whether this is a string of `least` to `most` bytes, to be read at `textPtr`; reported when it
   * is anything else.
   */
  isText(least: u32 = 0, most: u32 = u32.MAX_VALUE): bool {
    if (!this.isPresent || !this.expect(NodeKind.String, "a string")) return false;
    const length = this.textLength;
    if (length >= least && length <= most) return true;
    const must = length < least ? `at least ${least}` : `at most ${most}`;
    this.fail(`must have ${must} bytes, got ${length}`, length < least ? "add more" : "shorten it");
    return false;
  }

  /**
   * Decoded bytes of a string (UTF-8), valid until the document is disposed; 0 bytes when it is
   * none.
   */
  get textPtr(): usize {
    return this.isString ? nodeAt(this.node).text : 0;
  }

  get textLength(): u32 {
    return this.isString ? nodeAt(this.node).textLength : 0;
  }

  /** Index of a string within `names`; `fallback` is an index too. */
  choice(names: string[], fallback: i32): i32 {
    if (!this.isPresent) return fallback;
    const wanted = `must be one of ${names.join(", ")}`;
    const text = this.isString ? this.written() : "";
    const index = names.indexOf(text);
    if (index >= 0) return index;
    const near = nearestWord(text, names);
    this.mistake(wanted, near.length > 0 ? `did you mean "${near}"?` : "write one of them");
    return fallback;
  }

  /** A duration such as "250ms" or "1.5s", in nanoseconds; bounds in milliseconds. */
  durationNs(fallbackNs: i64, leastMs: i64, mostMs: i64): i64 {
    if (!this.isPresent) return fallbackNs;
    const wanted = `must be a duration from ${durationText(leastMs)} to ${durationText(mostMs)}`;
    const amount = this.isString ? parseDurationNs(this.written()) : NO_AMOUNT;
    if (amount == NO_AMOUNT) return this.wrong(wanted, fallbackNs, 'write it as "250ms" or "10s"');
    if (amount > mostMs * 1000000) {
      return this.wrong(wanted, fallbackNs, `use ${durationText(mostMs)} or less`);
    }
    if (amount < leastMs * 1000000) {
      return this.wrong(wanted, fallbackNs, `use ${durationText(leastMs)} or more`);
    }
    return amount;
  }

  /** A duration in milliseconds; one that is no whole number of them is an error. */
  durationMs(fallbackMs: i64, leastMs: i64, mostMs: i64): i64 {
    const amount = this.durationNs(fallbackMs * 1000000, leastMs, mostMs);
    if (amount % 1000000 == 0) return amount / 1000000;
    return this.wrong("must be whole milliseconds", fallbackMs, "round it");
  }

  /** A size such as "64KiB", or a number of bytes, in bytes. */
  sizeBytes(fallback: i64, least: i64, most: i64): i64 {
    if (!this.isPresent) return fallback;
    const wanted = `must be a size from ${least} to ${most} bytes`;
    const amount = parseSizeBytes(this.isString || this.isNumber ? this.written() : "");
    if (amount == NO_AMOUNT) return this.wrong(wanted, fallback, 'write it as 65536 or "64KiB"');
    if (amount > most) return this.wrong(wanted, fallback, `use ${most} or less`);
    if (amount < least) return this.wrong(wanted, fallback, `use ${least} or more`);
    return amount;
  }

  /** Whether the value is present and of a kind; a present value of another kind is reported. */
  protected expect(kind: NodeKind, what: string): bool {
    if (!this.isPresent) return false;
    if (this.isKind(kind)) return true;
    const mend =
      kind == NodeKind.Object
        ? "braces: {...}"
        : kind == NodeKind.Array
          ? "brackets: [...]"
          : "quotes";
    this.fail(`must be ${what}, got ${kindText(nodeAt(this.node).kind)}`, `write it in ${mend}`);
    return false;
  }

  private get isNumber(): bool {
    return this.isKind(NodeKind.Number);
  }

  /** The bytes of a string or number as an AssemblyScript string. */
  private written(): string {
    return String.UTF8.decodeUnsafe(nodeAt(this.node).text, nodeAt(this.node).textLength);
  }

  /** A number as the nearest double; infinite beyond the largest. */
  private double(): f64 {
    parseF64(nodeAt(this.node).text, nodeAt(this.node).textLength);
    return floatValue;
  }

  /** For what is no number: quotes around one are the usual reason. */
  private numberMend(): string {
    const isQuoted = this.isString && this.textLength > 0 && isDigit(load<u8>(this.textPtr));
    return isQuoted ? "write it without quotes" : "write a number";
  }

  protected wrong(wanted: string, fallback: i64, mend: string = ""): i64 {
    this.mistake(wanted, mend);
    return fallback;
  }

  /** Reports what was wanted and what was got. */
  protected mistake(wanted: string, mend: string = ""): void {
    this.fail(`${wanted}, got ${echo(nodeAt(this.node))}`, mend);
  }
}

/** A short scalar as it was written; anything else by its kind. */
function echo(node: ConfigNode): string {
  const isString = node.kind == NodeKind.String;
  if ((!isString && node.kind != NodeKind.Number) || node.textLength > MAX_ECHO) {
    return kindText(node.kind);
  }
  const text = printable(String.UTF8.decodeUnsafe(node.text, node.textLength));
  return isString ? `"${text}"` : text;
}

function kindText(kind: NodeKind): string {
  switch (kind) {
    case NodeKind.Object:
      return "an object";
    case NodeKind.Array:
      return "an array";
    case NodeKind.String:
      return "a string";
    case NodeKind.Number:
      return "a number";
    case NodeKind.Null:
      return "null";
    default:
      return kind == NodeKind.True ? "true" : "false";
  }
}

function durationText(amountMs: i64): string {
  return amountMs % 1000 == 0 ? `${amountMs / 1000}s` : `${amountMs}ms`;
}
