// A body in flight: a list of chunks that moves between filters without copying, like Envoy's Buffer::Instance.
// Identity matters: the filter chain tells "new data" from "the buffered data" by comparing references.
import { concat } from "./bytes.ts";

export class BodyBuffer {
  #chunks: Uint8Array[] = [];
  length = 0;

  static of(bytes: Uint8Array): BodyBuffer {
    const buffer = new BodyBuffer();
    if (bytes.length > 0) buffer.append(bytes);
    return buffer;
  }

  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.length += bytes.length;
  }

  prepend(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.unshift(bytes);
    this.length += bytes.length;
  }

  /** Drops the first `size` bytes, all of them when there are fewer. */
  drain(size: number): void {
    if (size === 0) return;
    const rest = size < this.length ? this.bytes().subarray(size) : undefined;
    this.clear();
    if (rest !== undefined) this.append(rest);
  }

  clear(): void {
    this.#chunks = [];
    this.length = 0;
  }

  /** Takes everything out of `other`. */
  moveFrom(other: BodyBuffer): void {
    for (const chunk of other.#chunks) this.#chunks.push(chunk);
    this.length += other.length;
    other.clear();
  }

  /** The whole content as one array, which the buffer keeps; the caller must not write to it. */
  bytes(): Uint8Array {
    if (this.#chunks.length !== 1) this.#chunks = [concat(this.#chunks, this.length)];
    return this.#chunks[0];
  }
}
