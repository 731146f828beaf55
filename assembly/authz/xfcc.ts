// x-forwarded-client-cert, as Envoy writes it: elements separated by commas, one for each proxy, the nearest one last; in an element
// pairs `key=value` separated by semicolons; values that hold separators stand in quotes, quotes in them behind a backslash. Keys are
// By, Hash, Cert, Chain, Subject, URI and DNS in any case. One pass; anything else is refused whole: half of a forged header is not
// better than none.
import { equalsLiteralFolded } from "../http/literal";

/** Proxies that can be counted from the end. */
export const MAX_XFCC_HOPS: i32 = 16;

@final
export class Xfcc {
  /** URI of the element asked for; a length of 0 when it names none. */
  uri: usize = 0;
  uriLength: u32 = 0;
  private at: usize = 0;
  private end: usize = 0;
  /** URIs of the last elements, in a ring. */
  private starts: StaticArray<usize> = new StaticArray<usize>(MAX_XFCC_HOPS);
  private sizes: StaticArray<u32> = new StaticArray<u32>(MAX_XFCC_HOPS);

  /**
   * Reads the header.
   * @param hops which element, from the end: 1 is the last, which the nearest proxy wrote
   * @returns false when it is malformed; fewer elements than `hops` give no URI
   */
  read(ptr: usize, length: u32, hops: i32): bool {
    this.uri = 0;
    this.uriLength = 0;
    this.at = ptr;
    this.end = ptr + length;
    let elements = 0;
    while (true) {
      const place = elements % MAX_XFCC_HOPS;
      this.starts[place] = 0;
      this.sizes[place] = 0;
      if (!this.element(place)) return false;
      elements++;
      if (this.at == this.end) break;
      this.at++;
      while (this.at < this.end && load<u8>(this.at) == 0x20) this.at++;
    }
    if (hops > elements) return true;
    const wanted = (elements - hops) % MAX_XFCC_HOPS;
    this.uri = this.starts[wanted];
    this.uriLength = this.sizes[wanted];
    return true;
  }

  /** Pairs up to a comma or the end. */
  private element(place: i32): bool {
    while (true) {
      const key = this.at;
      while (this.at < this.end && isKeyByte(load<u8>(this.at))) this.at++;
      const keyLength = <u32>(this.at - key);
      if (!isKey(key, keyLength)) return false;
      if (this.at == this.end || load<u8>(this.at) != 0x3d) return false;
      this.at++;
      const isUri = equalsLiteralFolded(key, keyLength, "uri") && this.sizes[place] == 0;
      if (!this.value(place, isUri)) return false;
      if (this.at == this.end || load<u8>(this.at) == 0x2c) return true;
      if (load<u8>(this.at) != 0x3b) return false;
      this.at++;
    }
  }

  private value(place: i32, isUri: bool): bool {
    const isQuoted = this.at < this.end && load<u8>(this.at) == 0x22;
    if (isQuoted) this.at++;
    const start = this.at;
    let escapes = false;
    while (this.at < this.end) {
      const byte = load<u8>(this.at);
      if (isQuoted ? byte == 0x22 : byte == 0x2c || byte == 0x3b) break;
      if (!isQuoted && byte == 0x22) return false;
      if (isQuoted && byte == 0x5c) {
        escapes = true;
        this.at++;
        if (this.at == this.end) return false;
      }
      this.at++;
    }
    if (isUri) {
      // No URI holds a backslash.
      if (escapes) return false;
      this.starts[place] = start;
      this.sizes[place] = <u32>(this.at - start);
    }
    if (!isQuoted) return true;
    if (this.at >= this.end) return false;
    this.at++;
    return true;
  }
}

function isKeyByte(byte: u8): bool {
  return <u8>((byte | 0x20) - 0x61) < 26;
}

function isKey(ptr: usize, length: u32): bool {
  return (
    equalsLiteralFolded(ptr, length, "by") ||
    equalsLiteralFolded(ptr, length, "hash") ||
    equalsLiteralFolded(ptr, length, "cert") ||
    equalsLiteralFolded(ptr, length, "chain") ||
    equalsLiteralFolded(ptr, length, "subject") ||
    equalsLiteralFolded(ptr, length, "uri") ||
    equalsLiteralFolded(ptr, length, "dns")
  );
}
