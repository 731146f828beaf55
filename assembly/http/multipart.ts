// Pull reader for multipart/form-data (RFC 7578, RFC 2046 §5.1) over a whole body: one part at a time, its
// name, file name, headers and value as views into the body. It reads what a lenient server would read and
// notes every departure as a flag, since the departures are what hides a part from a filter. Lines are found
// sixteen bytes a step, each byte is looked at a fixed number of times.
import { MultipartBoundary } from "./multipart-boundary";
import { MultipartFlag } from "./multipart-flag";
import { PartHeaders } from "./multipart-header";

/** How reading ended. */
export const enum MultipartStatus {
  /** Parts are still to come, or the last delimiter was read. */
  Ok = 0,
  /** The Content-Type has no boundary to search for. */
  NoBoundary = 1,
  /** The body ends before its last delimiter. */
  Incomplete = 2,
  TooManyParts = 3,
  TooManyFiles = 4,
  /** More than MAX_PART_HEADERS lines, or more bytes than the limit. */
  HeadersTooLarge = 5,
}

/** Stable name of a status. */
export function multipartStatusName(status: MultipartStatus): string {
  return STATUS_NAMES[<i32>status];
}

const STATUS_NAMES: StaticArray<string> = [
  "ok",
  "no-boundary",
  "incomplete",
  "too-many-parts",
  "too-many-files",
  "headers-too-large",
];

/** What the bytes at a line's start are. */
const enum Line {
  Other,
  Delimiter,
  Last,
}

@final
export class MultipartReader {
  maxParts: u32 = 256;
  maxFiles: u32 = 64;
  /** Bytes of all header lines of one part. */
  maxHeaderBytes: u32 = 8192;

  /** What `begin` searches for; `open` fills it, or the caller sets one that it kept. */
  boundary: MultipartBoundary = new MultipartBoundary();
  /** Of the part read last. */
  readonly headers: PartHeaders = new PartHeaders();
  status: MultipartStatus = MultipartStatus.NoBoundary;
  /** MultipartFlag bits of everything read so far. */
  flags: u32 = 0;
  /** Parts and files read so far. */
  parts: u32 = 0;
  files: u32 = 0;
  /** The value of the part read last. */
  valuePtr: usize = 0;
  valueLength: u32 = 0;
  private at: usize = 0;
  private end: usize = 0;
  private isDone: bool = true;
  /** Behind the delimiter line found last. */
  private lineEnd: usize = 0;

  /** Reads the Content-Type field value. False: there is no boundary to search for. */
  open(contentType: usize, length: u32): bool {
    const found = this.boundary.read(contentType, length);
    this.status = found ? MultipartStatus.Ok : MultipartStatus.NoBoundary;
    this.isDone = true;
    this.flags = this.boundary.flags;
    return found;
  }

  /** Begins with a body, after `open` or with a `boundary` of the caller. The body stays in place until reading is over. */
  begin(body: usize, length: u32): void {
    this.flags = this.boundary.flags;
    this.parts = 0;
    this.files = 0;
    this.at = body;
    this.end = body + length;
    this.isDone = this.boundary.length == 0;
    this.status = this.isDone ? MultipartStatus.NoBoundary : MultipartStatus.Ok;
    if (this.isDone) return;
    const content = this.findDelimiter(body, false);
    if (content > body) this.flags |= MultipartFlag.DataBefore;
  }

  /** Whether the part read last is a file: it has a file name, be it empty. */
  get isFile(): bool {
    return this.headers.filenamePtr != 0;
  }

  /** Moves to the next part; false at the end, `status` says which end. */
  next(): bool {
    if (this.isDone) return false;
    const headers = this.headers;
    headers.clear();
    if (!this.readHeaders()) return false;
    headers.seal();
    this.flags |= headers.flags;
    this.valuePtr = this.at;
    const stop = this.findDelimiter(this.at, true);
    this.valueLength = <u32>(stop - this.valuePtr);
    this.parts++;
    if (this.isFile) this.files++;
    if (this.parts > this.maxParts) return this.stop(MultipartStatus.TooManyParts);
    if (this.files > this.maxFiles) {
      this.flags |= MultipartFlag.FileLimit;
      return this.stop(MultipartStatus.TooManyFiles);
    }
    return true;
  }

  private stop(status: MultipartStatus): bool {
    this.status = status;
    this.isDone = true;
    return false;
  }

  /** Header lines from `at` to the empty line; `at` is then behind it. */
  private readHeaders(): bool {
    const start = this.at;
    const end = this.end;
    let at = start;
    while (at < end) {
      const feed = endOfLine(at, end);
      if (feed == end) break;
      const isCrlf = feed > at && load<u8>(feed - 1) == 0x0d;
      this.flags |= isCrlf ? MultipartFlag.CrlfLine : MultipartFlag.LfLine;
      const stop = isCrlf ? feed - 1 : feed;
      if (stop == at) {
        this.at = feed + 1;
        return true;
      }
      if (this.lineAt(at) != Line.Other) {
        // A delimiter where headers should be: the part has neither an end of its headers nor a value.
        this.flags |= MultipartFlag.HeaderInvalid;
        this.at = at;
        return true;
      }
      if (<u32>(feed - start) > this.maxHeaderBytes || !this.headers.line(at, stop)) {
        return this.stop(MultipartStatus.HeadersTooLarge);
      }
      at = feed + 1;
    }
    this.flags |= MultipartFlag.Incomplete;
    return this.stop(MultipartStatus.Incomplete);
  }

  /**
   * End of the content that begins at the line start `from`: before the line end in front of the next
   * delimiter. Moves `at` behind that delimiter's line.
   */
  private findDelimiter(from: usize, isPart: bool): usize {
    const end = this.end;
    let at = from;
    while (at < end) {
      const line = this.lineAt(at);
      if (line != Line.Other) {
        this.passDelimiter(line);
        return isPart ? this.contentEnd(from, at) : at;
      }
      if (isPart && at + 2 <= end && load<u16>(at) == 0x2d2d) {
        this.flags |= MultipartFlag.BoundaryUnmatched;
      }
      at = this.nextLine(at);
    }
    this.flags |= MultipartFlag.Incomplete;
    this.stop(MultipartStatus.Incomplete);
    this.at = end;
    return end;
  }

  private contentEnd(from: usize, at: usize): usize {
    if (at == from) return at;
    const isCrlf = at - from >= 2 && load<u8>(at - 2) == 0x0d;
    this.flags |= isCrlf ? MultipartFlag.CrlfLine : MultipartFlag.LfLine;
    return isCrlf ? at - 2 : at - 1;
  }

  private passDelimiter(line: Line): void {
    this.at = this.lineEnd;
    if (line != Line.Last) return;
    this.isDone = true;
    if (this.at < this.end) this.flags |= MultipartFlag.DataAfter;
  }

  /** Behind the next LF. A delimiter behind a lone CR on the way is noted. */
  private nextLine(at: usize): usize {
    const end = this.end;
    at = endOfLineOrCr(at, end);
    while (at < end && load<u8>(at) != 0x0a) {
      at++;
      if (at < end && load<u8>(at) == 0x2d && this.begins(at)) this.flags |= MultipartFlag.BareCr;
      at = endOfLineOrCr(at, end);
    }
    return min(at + 1, end);
  }

  private begins(at: usize): bool {
    const length = this.boundary.length;
    return at + length <= this.end && memory.compare(at, this.boundary.ptr, length) == 0;
  }

  /** What the line at `at` is; for delimiters `lineEnd` is set behind it. */
  private lineAt(at: usize): Line {
    const end = this.end;
    if (load<u8>(at) != 0x2d || !this.begins(at)) return Line.Other;
    let tail = at + this.boundary.length;
    const isLast = tail + 2 <= end && load<u16>(tail) == 0x2d2d;
    if (isLast) tail += 2;
    const blanks = tail;
    while (tail < end && (load<u8>(tail) == 0x20 || load<u8>(tail) == 0x09)) tail++;
    const padding: u32 = tail > blanks ? MultipartFlag.BoundaryWhitespace : 0;
    if (tail + 1 == end && load<u8>(tail) == 0x0d) {
      this.flags |= MultipartFlag.BareCr;
      tail = end;
    }
    if (tail == end) {
      // Without a line end only the last delimiter is one.
      if (!isLast) return this.continued();
      this.flags |= padding;
      this.lineEnd = end;
      return Line.Last;
    }
    const isCrlf = tail + 2 <= end && load<u16>(tail) == 0x0a0d;
    if (!isCrlf && load<u8>(tail) != 0x0a) return this.continued();
    this.flags |= padding | (isCrlf ? MultipartFlag.CrlfLine : MultipartFlag.LfLine);
    this.lineEnd = tail + (isCrlf ? 2 : 1);
    return isLast ? Line.Last : Line.Delimiter;
  }

  private continued(): Line {
    this.flags |= MultipartFlag.BoundaryContinued;
    return Line.Other;
  }
}

function endOfLine(at: usize, end: usize): usize {
  const wanted = i8x16.splat(0x0a);
  for (; at + 16 <= end; at += 16) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (hits != 0) return at + ctz(hits);
  }
  while (at < end && load<u8>(at) != 0x0a) at++;
  return at;
}

function endOfLineOrCr(at: usize, end: usize): usize {
  const feed = i8x16.splat(0x0a);
  const carriage = i8x16.splat(0x0d);
  for (; at + 16 <= end; at += 16) {
    const bytes = v128.load(at);
    const hits = i8x16.bitmask(v128.or(i8x16.eq(bytes, feed), i8x16.eq(bytes, carriage)));
    if (hits != 0) return at + ctz(hits);
  }
  while (at < end && load<u8>(at) != 0x0a && load<u8>(at) != 0x0d) at++;
  return at;
}
