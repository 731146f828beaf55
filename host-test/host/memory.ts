// The guest's linear memory seen from the host. Views are cached per ArrayBuffer. memory.grow detaches the old one, which
// empties its views, so an empty view is the sign to take new ones: reading `memory.buffer` on each access costs several
// times the access itself. A pointer is never trusted (Envoy: status 6).
import { latin1, writeLatin1 } from "./bytes.ts";

export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  #refresh(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }

  /** Current bytes; take it again after every call into the guest. */
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#bytes;
  }

  get view(): DataView {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#view;
  }

  get pages(): number {
    return this.#memory.buffer.byteLength >>> 16;
  }

  /** True when pointer..pointer+size lies in memory; both are read as unsigned. */
  contains(pointer: number, size: number): boolean {
    return (pointer >>> 0) + (size >>> 0) <= this.bytes.length;
  }

  /** Byte string at pointer; undefined when it lies outside. */
  string(pointer: number, size: number): string | undefined {
    const start = pointer >>> 0;
    const end = start + (size >>> 0);
    const bytes = this.bytes;
    return end <= bytes.length ? latin1(bytes, start, end) : undefined;
  }

  /** Copy of the bytes at pointer; undefined when they lie outside. */
  copy(pointer: number, size: number): Uint8Array | undefined {
    const start = pointer >>> 0;
    const end = start + (size >>> 0);
    const bytes = this.bytes;
    return end <= bytes.length ? bytes.slice(start, end) : undefined;
  }

  /** False when the word lies outside (status InvalidMemoryAccess). */
  setU32(pointer: number, value: number): boolean {
    const at = pointer >>> 0;
    const view = this.view;
    if (at + 4 > view.byteLength) return false;
    view.setUint32(at, value, true);
    return true;
  }

  setU64(pointer: number, value: bigint): boolean {
    const at = pointer >>> 0;
    const view = this.view;
    if (at + 8 > view.byteLength) return false;
    view.setBigUint64(at, value, true);
    return true;
  }

  write(pointer: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, pointer >>> 0);
  }

  writeString(pointer: number, text: string): void {
    writeLatin1(text, this.bytes, pointer >>> 0);
  }
}
