// Finds the number at a pointer in JSON that passes by in pieces: a response that nobody holds back, or a stream of events with one
// document each (`data: {…}`). Keeps only where it stands, whatever the size or depth of the text; the last number found counts. It
// checks nothing: in bytes that are no JSON it finds a number or none. Names with escapes do not match. Linear in the bytes.
import { Block } from "../base/block";
import { NumberPointer, maxPointerParts } from "./number-pointer";

const quote: u8 = 0x22;
const backslash: u8 = 0x5c;

const enum In {
  Between = 0,
  String = 1,
  /** A string that names a member of a container on the path. */
  Name = 2,
  /** The number that is looked for, before its fraction. */
  Number = 3,
}

@final
export class NumberFinder {
  /** Whether a number was found, and the last one: whole, 0 when negative, at most `u32.MAX_VALUE`. */
  isFound: bool = false;
  value: u32 = 0;

  private state: In = In.Between;
  private escaped: bool = false;
  /** Containers around the place, and how many of them lie on the pointer's path. */
  private depth: u32 = 0;
  private onPath: u32 = 0;
  private nameAt: u32 = 0;
  private nameMatches: bool = false;
  private expectsName: bool = false;
  private number: u64 = 0;
  private isNegative: bool = false;
  /** Of each container on the path: u32 element count of an array, or isObject. */
  private levels: Block = new Block(4 * (maxPointerParts + 1));

  constructor(private pointer: NumberPointer) {}

  /** Begins with another text. */
  reset(): void {
    this.isFound = false;
    this.value = 0;
    this.state = In.Between;
    this.escaped = false;
    this.depth = 0;
    this.onPath = 0;
    this.nameMatches = false;
    this.expectsName = false;
  }

  /** Reads the next piece. */
  read(ptr: usize, length: u32): void {
    for (let at = ptr; at < ptr + length; at++) this.step(load<u8>(at));
  }

  private step(byte: u8): void {
    if (this.state == In.Number && this.takesDigit(byte)) return;
    if (this.state == In.String || this.state == In.Name) return this.inString(byte);
    if (byte == quote) return this.openString();
    if (byte == 0x7b || byte == 0x5b) return this.open(byte == 0x7b);
    if (byte == 0x7d || byte == 0x5d) return this.close();
    if (this.depth == 0 || this.depth != this.onPath) return;
    if (byte == 0x2c) this.nextMember();
    else if (byte == 0x3a) this.expectsName = false;
    else if (this.isWanted && (byte == 0x2d || <u8>(byte - 0x30) < 10)) this.openNumber(byte);
  }

  /** The value that begins here is the one. */
  private get isWanted(): bool {
    return this.depth == this.pointer.parts && this.onPath == this.depth && this.isMember;
  }

  /** The member that begins here lies on the path. */
  private get isMember(): bool {
    const level = load<u32>(this.levels.ptr + 4 * this.onPath);
    if (level == isObject) return this.nameMatches && !this.expectsName;
    return this.pointer.isIndex(this.onPath - 1, level);
  }

  private open(isMap: bool): void {
    const goesOn = this.depth == this.onPath && (this.depth == 0 || this.isMember);
    this.depth++;
    if (!goesOn || this.depth > this.pointer.parts) return;
    this.onPath++;
    store<u32>(this.levels.ptr + 4 * this.onPath, isMap ? isObject : 0);
    this.expectsName = isMap;
    this.nameMatches = false;
  }

  private close(): void {
    if (this.depth == 0) return;
    if (this.depth == this.onPath) {
      this.onPath--;
      this.expectsName = false;
    }
    this.depth--;
    this.nameMatches = false;
  }

  private nextMember(): void {
    const level = this.levels.ptr + 4 * this.onPath;
    this.nameMatches = false;
    if (load<u32>(level) == isObject) this.expectsName = true;
    else store<u32>(level, load<u32>(level) + 1);
  }

  private openString(): void {
    if (this.depth == 0) return;
    const isName = this.depth == this.onPath && this.expectsName;
    this.state = isName ? In.Name : In.String;
    if (!isName) return;
    this.nameAt = 0;
    this.nameMatches = true;
  }

  private inString(byte: u8): void {
    if (this.escaped) {
      this.escaped = false;
      return;
    }
    if (byte == backslash) {
      this.escaped = true;
      if (this.state == In.Name) this.nameMatches = false;
      return;
    }
    const part = this.onPath - 1;
    if (byte == quote) {
      if (this.state == In.Name && this.nameAt != this.pointer.partLength(part))
        this.nameMatches = false;
      this.state = In.Between;
      return;
    }
    if (this.state != In.Name || !this.nameMatches) return;
    const at = this.nameAt++;
    if (at >= this.pointer.partLength(part) || this.pointer.byteAt(part, at) != byte)
      this.nameMatches = false;
  }

  private openNumber(byte: u8): void {
    this.state = In.Number;
    this.isNegative = byte == 0x2d;
    this.number = this.isNegative ? 0 : <u64>(byte - 0x30);
  }

  /** False: the number has ended before this byte, which is the caller's. */
  private takesDigit(byte: u8): bool {
    if (<u8>(byte - 0x30) < 10) {
      this.number = min<u64>(this.number * 10 + (byte - 0x30), u32.MAX_VALUE);
      return true;
    }
    this.isFound = true;
    this.value = this.isNegative ? 0 : <u32>this.number;
    this.state = In.Between;
    // A fraction or an exponent: what follows its sign is not another number, since no member begins there.
    this.nameMatches = false;
    return false;
  }
}

/** Marks an object among the element counts of arrays. */
const isObject: u32 = u32.MAX_VALUE;
