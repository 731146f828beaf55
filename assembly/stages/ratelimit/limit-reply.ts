// The headers of the denial that an attack sees most: a tier's limit is used up. All is known when the configuration is read but the
// seconds until asking again makes sense; the block is written anew only when these have changed, without checking again what was
// checked then, so that most denials of an abuser cost no byte.
import { PairsWriter } from "../../abi/pairs-writer";
import { View } from "../../abi/view";
import { Block } from "../../base/block";
import { writeU64 } from "../../base/decimal";

/** Most digits of a 64-bit number. */
const maxDigits: u32 = 20;

/** What stands in a header. */
const enum Part {
  /** The same in every denial. */
  Fixed = 0,
  /** The seconds. */
  Seconds = 1,
  /** The prefix, and the seconds. */
  State = 2,
}

@final
export class LimitReply {
  private names: Array<View> = [];
  private values: Array<View> = [];
  private parts: Array<Part> = [];
  private bytes: u32 = 0;
  private writer: PairsWriter | null = null;
  /** What the headers say now; no denial says that many. */
  private seconds: u64 = u64.MAX_VALUE;
  private block: Block;
  private prefixLength: u32;

  /** @param prefix of a value that tells the seconds at its end */
  constructor(prefix: View) {
    this.prefixLength = prefix.length;
    this.block = new Block(prefix.length + maxDigits);
    memory.copy(this.block.ptr, prefix.ptr, prefix.length);
  }

  /** A header that never changes; its bytes are kept, not copied. Headers go out in the order in which they are added. */
  add(name: View, value: View): void {
    this.append(name, value, Part.Fixed, value.length);
  }

  /** A header with the seconds. */
  addSeconds(name: View): void {
    this.append(name, name, Part.Seconds, maxDigits);
  }

  /** A header with the prefix and the seconds. */
  addState(name: View): void {
    this.append(name, name, Part.State, this.prefixLength + maxDigits);
  }

  /** The last header was added. */
  seal(): void {
    const writer = new PairsWriter(<u32>this.names.length, this.bytes);
    for (let i = 0; i < this.names.length && this.parts[i] == Part.Fixed; i++) {
      const name = this.names[i];
      const value = this.values[i];
      writer.add(name.ptr, name.length, value.ptr, value.length);
    }
    writer.mark();
    this.writer = writer;
  }

  /** The headers that say `seconds`, 1 or more; good until the next call. Null before `seal`. */
  headers(seconds: u64): PairsWriter | null {
    const writer = this.writer;
    if (seconds != this.seconds && writer !== null) this.write(writer, seconds);
    return writer;
  }

  private append(name: View, value: View, part: Part, valueBytes: u32): void {
    this.names.push(name);
    this.values.push(value);
    this.parts.push(part);
    this.bytes += name.length + valueBytes + 2;
  }

  private write(writer: PairsWriter, seconds: u64): void {
    const prefix = this.block.ptr;
    const prefixLength = this.prefixLength;
    const digits = writeU64(prefix + prefixLength, seconds);
    this.seconds = seconds;
    for (let i = <i32>writer.rewind(); i < this.names.length; i++) {
      const name = this.names[i];
      const value = this.values[i];
      const part = this.parts[i];
      if (part == Part.Fixed) writer.addKnown(name, value.ptr, value.length);
      else if (part == Part.State) writer.addKnown(name, prefix, prefixLength + digits);
      else writer.addKnown(name, prefix + prefixLength, digits);
    }
  }
}
