// Byte strings: inside the simulator a header name or value is a string whose chars are bytes (latin1), so that
// `===` and Map keys work on it and no byte is lost. TextDecoder("latin1") is windows-1252 and would lose some.

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const stringPiece = 4096;

/** Bytes start..end as a byte string. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > 64) {
    if (length <= stringPiece)
      return String.fromCharCode.apply(null, bytes.subarray(start, end) as never);
    let long = "";
    for (let at = start; at < end; at += stringPiece) {
      const piece = bytes.subarray(at, Math.min(at + stringPiece, end));
      long += String.fromCharCode.apply(null, piece as never);
    }
    return long;
  }
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

/** A byte string written to `into`; the caller made room. */
export function writeLatin1(text: string, into: Uint8Array, at: number): void {
  for (let i = 0; i < text.length; i++) into[at + i] = text.charCodeAt(i);
}

export function bytesOfLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  writeLatin1(text, bytes, 0);
  return bytes;
}

export function latin1Of(bytes: Uint8Array): string {
  return latin1(bytes, 0, bytes.length);
}

/** Text from a person (test, configuration file) as UTF-8 bytes. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export function utf8Decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Text from a person as a byte string: chars past 0xFF become their UTF-8 bytes, others are taken as bytes. */
export function byteString(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff) return latin1Of(encoder.encode(text));
  }
  return text;
}

export function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? encoder.encode(value) : value;
}

export function concat(chunks: readonly Uint8Array[], length: number): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
