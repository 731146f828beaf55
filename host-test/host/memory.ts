// The guest's linear memory seen from the host. Views are cached per ArrayBuffer: memory.grow detaches the old one, so
// the identity of `memory.buffer` is checked on every access, and a pointer is never trusted (Envoy: status 6).
import { latin1, writeLatin1 } from "./bytes.ts";

export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  #buffer: ArrayBuffer;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#buffer = memory.buffer;
    this.#bytes = new Uint8Array(this.#buffer);
    this.#view = new DataView(this.#buffer);
  }

  #refresh(): void {
    this.#buffer = this.#memory.buffer;
    this.#bytes = new Uint8Array(this.#buffer);
    this.#view = new DataView(this.#buffer);
  }

  /** Current bytes; take it again after every call into the guest. */
  get bytes(): Uint8Array {
    if (this.#memory.buffer !== this.#buffer) this.#refresh();
    return this.#bytes;
  }

  get view(): DataView {
    if (this.#memory.buffer !== this.#buffer) this.#refresh();
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
