// Reader for DER (X.690 §10): definite lengths in their shortest form, at most four length octets,
// single-octet tags. It walks over bytes in place. Configure time only, so it is an ordinary
// object.

export const enum DerTag {
  Integer = 0x02,
  BitString = 0x03,
  Null = 0x05,
  ObjectIdentifier = 0x06,
  Sequence = 0x30,
  /** [0] EXPLICIT, the version of a certificate. */
  Context0 = 0xa0,
}

/**
 * A run of DER elements. After a failed read the reader is at its end and every later read fails
 * too.
 */
@final
export class DerReader {
  /** Content of the element read last. */
  valuePtr: usize = 0;
  valueLength: usize = 0;
  /** Where the element read last begins, with its tag and length. */
  elementPtr: usize = 0;

  constructor(
    private at: usize,
    length: usize,
  ) {
    this.end = at + length;
  }

  private end: usize;
  private broken: bool = false;

  /** Whether all bytes were read, without a failure. */
  get isDone(): bool {
    return !this.broken && this.at == this.end;
  }

  /** Whether the next element has this tag. */
  next(tag: DerTag): bool {
    return this.at < this.end && load<u8>(this.at) == <u8>tag;
  }

  /** Reads one element of this tag. */
  read(tag: DerTag): bool {
    if (!this.next(tag)) return this.fail();
    return this.readAny();
  }

  /** Reads one element of whatever tag. */
  readAny(): bool {
    const room = this.end - this.at;
    if (room < 2 || (load<u8>(this.at) & 0x1f) == 0x1f) return this.fail();
    let length = <usize>load<u8>(this.at, 1);
    let header: usize = 2;
    if (length >= 0x80) {
      const octets = length & 0x7f;
      if (octets == 0 || octets > 4 || room < 2 + octets) return this.fail();
      length = 0;
      for (let i: usize = 0; i < octets; i++) length = (length << 8) | load<u8>(this.at + 2 + i);
      if (load<u8>(this.at, 2) == 0 || length < 0x80) return this.fail();
      header += octets;
    }
    if (length > room - header) return this.fail();
    this.elementPtr = this.at;
    this.valuePtr = this.at + header;
    this.valueLength = length;
    this.at = this.valuePtr + length;
    return true;
  }

  /**
   * Reads a positive INTEGER in its shortest form; the value is given without its leading zero
   * octet.
   */
  readPositive(): bool {
    if (!this.read(DerTag.Integer) || this.valueLength == 0) return this.fail();
    const first = load<u8>(this.valuePtr);
    if (first >= 0x80) return this.fail();
    if (first == 0) {
      if (this.valueLength == 1 || load<u8>(this.valuePtr, 1) < 0x80) return this.fail();
      this.valuePtr += 1;
      this.valueLength -= 1;
    }
    return true;
  }

  /** Reads a BIT STRING of whole octets. */
  readOctets(): bool {
    if (!this.read(DerTag.BitString) || this.valueLength == 0) return this.fail();
    if (load<u8>(this.valuePtr) != 0) return this.fail();
    this.valuePtr += 1;
    this.valueLength -= 1;
    return true;
  }

  /** Whether the element read last has exactly these `length` bytes. */
  isValue(bytes: usize, length: usize): bool {
    return this.valueLength == length && memory.compare(this.valuePtr, bytes, length) == 0;
  }

  /** A reader of the content read last. */
  inside(): DerReader {
    return new DerReader(this.valuePtr, this.valueLength);
  }

  private fail(): bool {
    this.at = this.end;
    this.broken = true;
    this.valueLength = 0;
    return false;
  }
}
