// Protobuf's wire format, the little of it that a request needs: varints, byte strings, messages within messages. Writes into one
// buffer of fixed size; what does not fit sets `isFull`, and the message must then not be sent. Source: protobuf.dev/programming-
// guides/encoding. A message's length is put in front of it when its end is known, so lengths are in their shortest form.
import { Block } from "../base/block";

/** Length-delimited fields and varints; the other wire types are not written. */
const varintType: u32 = 0;
const bytesType: u32 = 2;

@final
export class ProtoWriter {
  private block: Block;
  readonly ptr: usize;
  length: u32 = 0;
  /** Something did not fit. */
  isFull: bool = false;

  /** @param capacity most bytes of a message */
  constructor(private capacity: u32) {
    this.block = new Block(capacity);
    this.ptr = this.block.ptr;
  }

  /** Begins a new outermost message. */
  reset(): void {
    this.length = 0;
    this.isFull = false;
  }

  /** A number; 0 is left out, as proto3 does. */
  number(field: u32, value: u64): void {
    if (value == 0) return;
    this.varint((field << 3) | varintType);
    this.varint(value);
  }

  /** A string or bytes, also an empty one. */
  bytes(field: u32, ptr: usize, length: u32): void {
    this.varint((field << 3) | bytesType);
    this.varint(length);
    if (this.capacity - this.length < length) {
      this.isFull = true;
      return;
    }
    memory.copy(this.ptr + this.length, ptr, length);
    this.length += length;
  }

  /**
   * Begins a message within the message.
   * @returns what `end` wants back
   */
  begin(field: u32): u32 {
    this.varint((field << 3) | bytesType);
    return this.length;
  }

  /** Ends the message that began at `start`, putting its length in front. Linear in the message. */
  end(start: u32): void {
    const size = this.length - start;
    let room: u32 = 1;
    for (let rest = size >> 7; rest != 0; rest >>= 7) room++;
    if (this.capacity - this.length < room) {
      this.isFull = true;
      return;
    }
    memory.copy(this.ptr + start + room, this.ptr + start, size);
    this.length = start;
    this.varint(size);
    this.length = start + room + size;
  }

  private varint(value: u64): void {
    while (value > 0x7f) {
      this.byte(<u8>(value | 0x80));
      value >>= 7;
    }
    this.byte(<u8>value);
  }

  private byte(value: u8): void {
    if (this.length == this.capacity) this.isFull = true;
    else store<u8>(this.ptr + this.length++, value);
  }
}
