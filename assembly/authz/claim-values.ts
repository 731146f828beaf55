// The claims of one verified token that rules ask for, found in one walk over its payload. Values are strings, elements of arrays of
// strings, or numbers as they were written; whatever else stands there is no value, as in Istio. Fixed tables, nothing is allocated
// after configuration; a payload that does not fit in is said, never read in part.
import { Block } from "../base/block";
import { JsonEvent } from "../json/event";
import { JsonLimits } from "../json/limits";
import { JsonReader } from "../json/reader";
import { unescapeInto } from "../json/unescape";
import { ClaimNode, ClaimPaths, MAX_CLAIM_DEPTH } from "./claim-paths";

/** Longest payload, bytes: tokens end at 32 KiB. */
export const MAX_PAYLOAD_BYTES: u32 = 32768;
/** Values of all claims together. */
export const MAX_VALUES: u32 = 2048;

export const enum ClaimKind {
  Absent = 0,
  Text = 1,
  /** An array, or words of a string. */
  List = 2,
  Number = 3,
}

// A value: address u32, length u32. A slot: first value u16, count u16, kind u32.
const VALUE_BYTES: usize = 8;

@final
export class ClaimValues {
  private json: JsonReader;
  private values: Block = new Block(MAX_VALUES * <u32>VALUE_BYTES);
  private slots: Block = new Block(0);
  private slotCount: u32 = 0;
  private texts: Block = new Block(MAX_PAYLOAD_BYTES + 8);
  private name: Block = new Block(MAX_PAYLOAD_BYTES + 8);
  private textBytes: u32 = 0;
  private text: usize = 0;
  private textLength: u32 = 0;
  private count: u32 = 0;
  private open: StaticArray<ClaimNode | null> = new StaticArray<ClaimNode | null>(
    MAX_CLAIM_DEPTH + 1,
  );

  /** @param paths complete: no claim may be added to them afterwards */
  constructor(private paths: ClaimPaths) {
    const limits = new JsonLimits();
    limits.maxBytes = MAX_PAYLOAD_BYTES;
    limits.maxDepth = 16;
    limits.refuseDuplicates = false;
    this.json = new JsonReader(limits);
    const count = <u32>paths.count;
    this.slotCount = count;
    this.slots = new Block(count * 8 + 8);
  }

  kind(slot: i32): ClaimKind {
    return <ClaimKind>load<u32>(this.slots.ptr + ((<usize>slot) << 3), 4);
  }

  /** Values of a claim: 1 for a string or number, none when it is absent. */
  size(slot: i32): u32 {
    return load<u16>(this.slots.ptr + ((<usize>slot) << 3), 2);
  }

  /** Address of the value at `index`, 0 to `size - 1`; valid while the payload is, and until the next `read`. */
  ptr(slot: i32, index: u32): usize {
    return load<u32>(this.at(slot, index));
  }

  length(slot: i32, index: u32): u32 {
    return load<u32>(this.at(slot, index), 4);
  }

  /**
   * Reads the payload of a verified token: one JSON object without duplicate names.
   * @returns false: too long, too deep or with too many values; then no claim has a value
   */
  read(payload: usize, length: u32): bool {
    this.clear();
    this.json.begin(payload, length);
    if (this.json.next() == JsonEvent.ObjectStart && this.walk()) return true;
    this.clear();
    return false;
  }

  private clear(): void {
    memory.fill(this.slots.ptr, 0, (<usize>this.slotCount) << 3);
    this.count = 0;
    this.textBytes = 0;
  }

  private walk(): bool {
    const json = this.json;
    let depth = 0;
    this.open[0] = this.paths.root;
    while (true) {
      const event = json.next();
      if (event == JsonEvent.Fault) return false;
      if (event == JsonEvent.End) return true;
      if (event == JsonEvent.ObjectEnd) {
        depth--;
        continue;
      }
      const node = this.named(this.open[depth]);
      if (node === null) {
        if (json.skip(event) == JsonEvent.Fault) return false;
      } else if (event == JsonEvent.ObjectStart && node.children.length > 0) {
        this.open[++depth] = node;
      } else if (node.slot < 0 && node.words < 0) {
        if (json.skip(event) == JsonEvent.Fault) return false;
      } else if (!this.take(event, node)) {
        return false;
      }
    }
  }

  private named(parent: ClaimNode | null): ClaimNode | null {
    if (parent === null) return null;
    const json = this.json;
    if (!json.nameEscaped) return parent.child(json.namePtr, json.nameLength);
    const length = unescapeInto(this.name.ptr, json.namePtr, json.nameLength);
    return parent.child(this.name.ptr, length);
  }

  private take(event: JsonEvent, node: ClaimNode): bool {
    const json = this.json;
    if (event == JsonEvent.String) return this.takeText(node);
    const first = this.count;
    let kind = ClaimKind.List;
    if (event == JsonEvent.Number) {
      kind = ClaimKind.Number;
      if (!this.addBytes(json.valuePtr, json.valueLength)) return false;
    } else if (event == JsonEvent.ArrayStart) {
      if (!this.elements()) return false;
    } else {
      return json.skip(event) != JsonEvent.Fault;
    }
    this.note(node.slot, first, kind);
    this.note(node.words, first, kind);
    return true;
  }

  private takeText(node: ClaimNode): bool {
    this.readText();
    if (node.slot >= 0) {
      const first = this.count;
      if (!(node.splits ? this.addWords() : this.addText())) return false;
      this.note(node.slot, first, node.splits ? ClaimKind.List : ClaimKind.Text);
    }
    if (node.words >= 0) {
      const first = this.count;
      if (!this.addWords()) return false;
      this.note(node.words, first, ClaimKind.List);
    }
    return true;
  }

  /** Gives a slot the values from `first` on. */
  private note(slot: i32, first: u32, kind: ClaimKind): void {
    if (slot < 0) return;
    const at = this.slots.ptr + ((<usize>slot) << 3);
    store<u16>(at, <u16>first);
    store<u16>(at, <u16>(this.count - first), 2);
    store<u32>(at, kind, 4);
  }

  private elements(): bool {
    const json = this.json;
    while (true) {
      const event = json.next();
      if (event == JsonEvent.ArrayEnd) return true;
      if (event == JsonEvent.String) {
        this.readText();
        if (!this.addText()) return false;
      } else if (json.skip(event) == JsonEvent.Fault) {
        return false;
      }
    }
  }

  /** Unescapes the string that was just read, if it must be. */
  private readText(): void {
    const json = this.json;
    this.text = json.valuePtr;
    this.textLength = json.valueLength;
    if (!json.valueEscaped) return;
    this.text = this.texts.ptr + this.textBytes;
    this.textLength = unescapeInto(this.text, json.valuePtr, json.valueLength);
    this.textBytes += this.textLength;
  }

  private addText(): bool {
    return this.addBytes(this.text, this.textLength);
  }

  private addWords(): bool {
    let ptr = this.text;
    const end = ptr + this.textLength;
    while (ptr < end) {
      const start = ptr;
      while (ptr < end && load<u8>(ptr) != 0x20) ptr++;
      if (ptr > start && !this.addBytes(start, <u32>(ptr - start))) return false;
      ptr++;
    }
    return true;
  }

  private addBytes(ptr: usize, length: u32): bool {
    if (this.count == MAX_VALUES) return false;
    const at = this.values.ptr + <usize>this.count * VALUE_BYTES;
    store<u32>(at, <u32>ptr);
    store<u32>(at, length, 4);
    this.count++;
    return true;
  }

  private at(slot: i32, index: u32): usize {
    const first = <usize>load<u16>(this.slots.ptr + ((<usize>slot) << 3));
    return this.values.ptr + (first + <usize>index) * VALUE_BYTES;
  }
}
