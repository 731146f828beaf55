// `; name=value` parameters of Content-Type and Content-Disposition (RFC 9110 §5.6.6), read the way lenient
// servers read them, with every departure noted as a MultipartFlag: what a strict reader refuses and a
// lenient one takes is what smuggling is made of.
import { isTokenByte } from "./header-name";
import { MultipartFlag } from "./multipart-flag";

@final
export class ParameterReader {
  /** MultipartFlag bits of what was odd so far. */
  flags: u32 = 0;
  namePtr: usize = 0;
  nameLength: u32 = 0;
  /** Without its quotes. */
  valuePtr: usize = 0;
  valueLength: u32 = 0;
  /** The value stood in double quotes. */
  quoted: bool = false;
  /** The value stood behind or before blanks at its `=`. */
  spaced: bool = false;
  private at: usize = 0;
  private end: usize = 0;

  /** Begins behind the first word of a field value, where a semicolon is expected. */
  open(ptr: usize, end: usize): void {
    this.at = ptr;
    this.end = end;
    this.flags = 0;
  }

  /** Moves to the next parameter; false at the end. */
  next(): bool {
    const end = this.end;
    let at = skipBlanks(this.at, end);
    let separated = false;
    while (at < end && (load<u8>(at) == 0x3b || load<u8>(at) == 0x2c)) {
      // A comma is where two fields were joined.
      if (load<u8>(at) == 0x2c) this.flags |= MultipartFlag.SemicolonMissing;
      separated = true;
      at = skipBlanks(at + 1, end);
    }
    if (at >= end) return false;
    if (!separated) this.flags |= MultipartFlag.SemicolonMissing;
    return this.readPair(at);
  }

  private readPair(at: usize): bool {
    const end = this.end;
    const name = at;
    while (at < end && isTokenByte(load<u8>(at))) at++;
    this.namePtr = name;
    this.nameLength = <u32>(at - name);
    const equals = skipBlanks(at, end);
    this.quoted = false;
    if (equals >= end || load<u8>(equals) != 0x3d || at == name) {
      // A word without value, or a byte that begins no name: what follows is looked for further on.
      if (at == name) this.flags |= MultipartFlag.QuotingInvalid;
      this.valuePtr = at;
      this.valueLength = 0;
      this.spaced = false;
      this.at = at == name ? at + 1 : at;
      return true;
    }
    const value = skipBlanks(equals + 1, end);
    this.spaced = equals > at || value > equals + 1;
    if (value < end && load<u8>(value) == 0x22) this.readQuoted(value + 1);
    else this.readPlain(value);
    return true;
  }

  private readQuoted(start: usize): void {
    const end = this.end;
    let at = start;
    this.quoted = true;
    while (at < end && load<u8>(at) != 0x22) {
      if (load<u8>(at) == 0x5c && at + 1 < end) {
        this.flags |= MultipartFlag.QuotedPair;
        at++;
      }
      at++;
    }
    this.valuePtr = start;
    this.valueLength = <u32>(min(at, end) - start);
    if (at >= end) {
      this.flags |= MultipartFlag.QuotingInvalid;
      this.at = end;
      return;
    }
    at++;
    const next = skipBlanks(at, end);
    if (next < end && load<u8>(next) != 0x3b && load<u8>(next) != 0x2c) {
      this.flags |= next == at ? MultipartFlag.QuotingInvalid : MultipartFlag.SemicolonMissing;
    }
    this.at = at;
  }

  private readPlain(start: usize): void {
    const end = this.end;
    let at = start;
    while (at < end && !endsPlain(load<u8>(at))) {
      const byte = load<u8>(at);
      // Single quotes are no quotes in HTTP, and some servers take them for such.
      const isQuote = byte == 0x22 || (byte == 0x27 && at == start);
      if (isQuote) this.flags |= MultipartFlag.QuotingInvalid;
      at++;
    }
    this.valuePtr = start;
    this.valueLength = <u32>(at - start);
    this.at = at;
  }
}

function endsPlain(byte: u8): bool {
  return byte == 0x3b || byte == 0x2c || byte <= 0x20;
}

/** First byte that is no blank, line ends of folded fields among them. */
export function skipBlanks(at: usize, end: usize): usize {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x09 && byte != 0x0d && byte != 0x0a) break;
    at++;
  }
  return at;
}
