// gRPC's length-prefixed messages on a stream of bytes: one flag byte, four bytes of length (big endian), the message.
// Envoy's client takes uncompressed messages of any size; a compressed one ends the call like a broken frame.

export function frame(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + message.length);
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, 5);
  return bytes;
}

/** Cuts what arrives into messages; keeps what is not whole yet. */
export class FrameReader {
  #rest = new Uint8Array(0);

  /** Messages that are complete now; undefined when the bytes are no gRPC. */
  push(bytes: Uint8Array): Uint8Array[] | undefined {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const view = new DataView(all.buffer);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (at < all.length) {
      if (all[at] > 1) return undefined;
      if (at + 5 > all.length) break;
      const length = view.getUint32(at + 1);
      if (all[at] === 1 && length > 0) return undefined;
      if (at + 5 + length > all.length) break;
      messages.push(all.slice(at + 5, at + 5 + length));
      at += 5 + length;
    }
    this.#rest = all.slice(at);
    return messages;
  }
}
