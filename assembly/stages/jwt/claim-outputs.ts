// Claims as values of headers. A scalar goes as it is, an array of scalars as its elements with commas between them, the way lists stand
// in headers (RFC 9110 §5.6.1); an element with a comma of its own, or a byte that no header can have, makes the token unfit, since the
// upstream would read another list. What is absent, null, empty or nested sets no header. Written once for each token: a remembered one
// brings its values along.
import { isFieldValue } from "../../abi/field";
import { View } from "../../abi/view";
import { Block } from "../../base/block";
import { indexOfByte } from "../../base/find-byte";
import { JsonEvent } from "../../json/event";
import { ClaimPicker } from "./claim-picker";

/** A claim that goes to the upstream in a header. */
@final
export class ClaimOutput {
  /** @param path names from the top of the payload down */
  constructor(
    readonly header: View,
    readonly path: View[],
  ) {}
}

/** Length of a value that sets no header. */
export const NO_VALUE: u32 = 0xffffffff;

@final
export class ClaimOutputs {
  readonly list: ClaimOutput[] = [];
  /** What `write` has written: for each output a u32 length, or NO_VALUE, and its bytes. Valid until the next `write`. */
  ptr: usize = 0;
  length: u32 = 0;
  private block: Block = new Block(0);
  private capacity: u32 = 0;
  private isUnfit: bool = false;

  /** Takes the buffer, at configure time after the last output. @param maxBytes longest payload */
  prepare(maxBytes: u32): void {
    // A value is never longer than the payload, but several outputs can name the same claim.
    const count = <u32>this.list.length;
    this.capacity = maxBytes * min<u32>(count, 4) + 4 * count;
    this.block = new Block(this.capacity);
    this.ptr = this.block.ptr;
  }

  /** Writes the values of a verified payload. False: one cannot be a header, or they are too long together. */
  write(picker: ClaimPicker, payload: usize, length: u32): bool {
    this.length = 0;
    for (let i = 0; i < this.list.length; i++) {
      if (this.capacity - this.length < 4) return false;
      const at = this.length;
      this.length += 4;
      const event = picker.find(payload, length, this.list[i].path);
      const isSet = event == JsonEvent.ArrayStart ? this.addAll(picker) : this.add(picker, event);
      if (this.isUnfit) return false;
      if (!isSet) this.length = at + 4;
      store<u32>(this.block.ptr + at, isSet ? this.length - at - 4 : NO_VALUE);
    }
    return true;
  }

  /** The elements of an array. False: it sets no header. */
  private addAll(picker: ClaimPicker): bool {
    this.isUnfit = false;
    let count = 0;
    while (true) {
      const event = picker.element();
      if (event == JsonEvent.Fault || event == JsonEvent.ArrayEnd) return count > 0;
      const value = picker.value;
      if (indexOfByte(value.ptr, 0, value.length, 0x2c) < value.length) this.isUnfit = true;
      else if (count++ > 0) this.comma();
      if (this.isUnfit || !this.add(picker, event)) return false;
    }
  }

  /** A scalar. False: it sets no header. */
  private add(picker: ClaimPicker, event: JsonEvent): bool {
    const value = picker.value;
    this.isUnfit = false;
    if (event < JsonEvent.String || event == JsonEvent.Null) return false;
    this.isUnfit = !isFieldValue(value.ptr, value.length) || this.room < value.length;
    if (this.isUnfit) return false;
    memory.copy(this.block.ptr + this.length, value.ptr, value.length);
    this.length += value.length;
    return true;
  }

  private get room(): u32 {
    return this.capacity - this.length;
  }

  private comma(): void {
    if (this.room == 0) this.isUnfit = true;
    else store<u8>(this.block.ptr + this.length++, 0x2c);
  }
}
