// Headers that the rate-limit service wants in the response, kept from its answer until the response comes. Fixed size; what does not
// fit, or cannot be a header, is left out: it was the service's to say, and nothing depends on it.
import { MapType } from "../../abi/constants";
import { isFieldName, isFieldValue, isPseudo } from "../../abi/field";
import { PairsWriter } from "../../abi/pairs-writer";
import { View } from "../../abi/view";
import { Block } from "../../base/block";
import { addHeader } from "../../sdk/headers";

const capacity: u32 = 2048;

/** Whether a header from outside may be written at all. */
export function isWritable(name: usize, nameLength: u32, value: usize, valueLength: u32): bool {
  if (isPseudo(name, nameLength) || !isFieldName(name, nameLength)) return false;
  return isFieldValue(value, valueLength);
}

@final
export class KeptHeaders {
  private block: Block = new Block(capacity);
  private length: u32 = 0;
  private name: View = new View();
  private value: View = new View();

  get isEmpty(): bool {
    return this.length == 0;
  }

  clear(): void {
    this.length = 0;
  }

  /** Copies a header. */
  keep(name: usize, nameLength: u32, value: usize, valueLength: u32): void {
    const room = capacity - this.length;
    if (<u64>nameLength + valueLength + 4 > <u64>room) return;
    if (!isWritable(name, nameLength, value, valueLength)) return;
    const at = this.block.ptr + this.length;
    store<u16>(at, <u16>nameLength);
    store<u16>(at, <u16>valueLength, 2);
    memory.copy(at + 4, name, nameLength);
    memory.copy(at + 4 + nameLength, value, valueLength);
    this.length += 4 + nameLength + valueLength;
  }

  /** Adds them to the response, beside those of the upstream. */
  addToResponse(): void {
    for (let at: u32 = 0; at < this.length;) {
      at = this.read(at);
      addHeader(MapType.ResponseHeaders, this.name, this.value);
    }
  }

  /** Adds them to a reply. */
  addTo(writer: PairsWriter): void {
    for (let at: u32 = 0; at < this.length;) {
      at = this.read(at);
      writer.add(this.name.ptr, this.name.length, this.value.ptr, this.value.length);
    }
  }

  /** Reads the header at `at` into `name` and `value`; where the next one is. */
  private read(at: u32): u32 {
    const ptr = this.block.ptr + at;
    const nameLength = load<u16>(ptr);
    const valueLength = load<u16>(ptr, 2);
    this.name.set(ptr + 4, nameLength);
    this.value.set(ptr + 4 + nameLength, valueLength);
    return at + 4 + nameLength + valueLength;
  }
}
