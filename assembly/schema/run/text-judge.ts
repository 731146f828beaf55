// A JSON text against a compiled schema, with everything that takes: a reader, rows, a validator and what it found. Made when a
// configuration is taken into use, and used for one text after another.
import { JsonLimits } from "../../json/limits";
import { JsonReader } from "../../json/reader";
import { JsonStatus } from "../../json/status";
import { Access, Resource, SchemaNode } from "../node";
import { Tape } from "../tape";
import { SchemaVerdict, Validator } from "./validator";

/** Longest text with escapes that patterns and formats look at. */
const MAX_TEXT_BYTES: u32 = 65536;
const MAX_DEPTH: u32 = 64;

/** What a text turned out to be. */
export const enum TextVerdict {
  Valid,
  Invalid,
  /** No JSON. */
  Malformed,
  /** A limit was met. */
  Undecided,
}

@final
export class TextJudge {
  readonly reader: JsonReader;
  readonly tape: Tape;
  readonly validator: Validator;
  /** The last text had more values than fit. */
  isFull: bool = false;

  /**
   * @param maxBytes longest text
   * @param maxValues values of a text, names among them
   */
  constructor(resources: Array<Resource>, maxBytes: u32, maxValues: u32, seed: u64) {
    const limits = new JsonLimits();
    limits.maxBytes = maxBytes;
    limits.maxDepth = MAX_DEPTH;
    limits.maxStringBytes = maxBytes;
    limits.maxElements = maxValues;
    limits.maxMembers = maxValues;
    limits.maxKeys = maxValues;
    this.reader = new JsonReader(limits, seed);
    this.tape = new Tape(maxValues, MAX_DEPTH);
    this.validator = new Validator(resources, MAX_TEXT_BYTES, seed);
  }

  /** Judges a text. @param excused access that members of this direction cannot have */
  judge(node: SchemaNode, ptr: usize, length: u32, excused: Access): TextVerdict {
    this.isFull = false;
    if (!this.tape.read(this.reader, ptr, length)) {
      this.isFull = this.reader.status == JsonStatus.Ok;
      return isLimit(this.reader.status) ? TextVerdict.Undecided : TextVerdict.Malformed;
    }
    this.validator.excused = excused;
    const verdict = this.validator.run(node, this.tape.top);
    if (verdict == SchemaVerdict.Undecided) return TextVerdict.Undecided;
    return verdict == SchemaVerdict.Valid ? TextVerdict.Valid : TextVerdict.Invalid;
  }
}

/** Whether a text was refused for its size alone. */
function isLimit(status: JsonStatus): bool {
  switch (status) {
    case JsonStatus.Ok:
    case JsonStatus.TooManyBytes:
    case JsonStatus.TooDeep:
    case JsonStatus.StringTooLong:
    case JsonStatus.NumberTooLong:
    case JsonStatus.TooManyMembers:
    case JsonStatus.TooManyElements:
    case JsonStatus.TooManyKeys:
      return true;
    default:
      return false;
  }
}
