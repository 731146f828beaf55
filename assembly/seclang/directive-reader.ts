// A rule file as directives, one at a time: comments and empty lines left out, lines that end in a backslash joined, and
// the arguments taken apart as Apache does it (double or single quotes, a backslash before a quote, or a bare word). An
// argument may also stand between "` and `", where nothing is escaped (Coraza).
import { lowerAscii } from "../base/ascii";
import { ByteBuffer } from "../base/byte-buffer";
import { Text, TextPool, isBlank } from "./text";

/** One directive of a file. */
@final
export class Directive {
  arguments: Text[] = [];

  constructor(
    /** As it is written. */
    public name: string,
    /** In lower case. */
    public key: string,
    /** Line it begins on, from 1. */
    public line: u32,
  ) {}

  /** Argument `index`; empty when there are fewer. */
  argument(index: i32): Text {
    return index < this.arguments.length ? this.arguments[index] : new Text();
  }
}

@final
export class DirectiveReader {
  /** What is wrong with the directive that `next` found last; empty when nothing is. */
  fault: string = "";
  private at: usize;
  private end: usize;
  private line: u32 = 0;
  /** The directive that is being read, its lines joined. */
  private joined: ByteBuffer = new ByteBuffer();

  /** Reads `length` bytes at `source`, which stay where they are; texts are copied into `pool`. */
  constructor(
    source: usize,
    length: u32,
    private pool: TextPool,
  ) {
    this.at = source;
    this.end = source + length;
  }

  /** The next directive; null at the end. */
  next(): Directive | null {
    const joined = this.joined;
    while (this.at < this.end) {
      const first = this.line + 1;
      this.joinLine();
      if (joined.length == 0 || load<u8>(joined.ptr) == 0x23) continue;
      return this.takeApart(this.pool.copy(joined.ptr, joined.length), first);
    }
    joined.dispose();
    return null;
  }

  /** One line with those it goes on in, trimmed, into `joined`. */
  private joinLine(): void {
    const out = this.joined;
    out.length = 0;
    let quoted = false;
    while (this.at < this.end) {
      let start = this.at;
      let stop = start;
      while (stop < this.end && load<u8>(stop) != 0x0a) stop++;
      this.at = min<usize>(stop + 1, this.end);
      this.line++;
      if (!quoted) {
        while (start < stop && isBlank(load<u8>(start))) start++;
        while (stop > start && isBlank(load<u8>(stop - 1))) stop--;
      }
      const begins = out.length == 0;
      // A comment between two lines of one directive is no part of it.
      if (!begins && !quoted && start < stop && load<u8>(start) == 0x23) continue;
      out.bytes(start, <u32>(stop - start));
      if (begins && out.length > 0 && load<u8>(out.ptr) == 0x23) return;
      if (opensRaw(start, stop)) quoted = true;
      if (quoted && closesRaw(start, stop)) quoted = false;
      if (quoted) {
        out.byte(0x0a);
        continue;
      }
      if (out.length == 0 || load<u8>(out.ptr + out.length - 1) != 0x5c) return;
      out.length--;
    }
  }

  private takeApart(text: Text, line: u32): Directive {
    let at: u32 = 0;
    while (at < text.length && !isBlank(text.at(at))) at++;
    const name = text.slice(0, at).toText();
    const directive = new Directive(name, lowerAscii(name), line);
    this.fault = "";
    while (true) {
      while (at < text.length && isBlank(text.at(at))) at++;
      if (at >= text.length) return directive;
      at = this.argument(text, at, directive);
    }
    return directive;
  }

  /** Reads one argument at `from`; returns where it ends. Unescapes in place: the text only becomes shorter. */
  private argument(text: Text, from: u32, directive: Directive): u32 {
    const quote = text.at(from);
    let at = from;
    if (quote != 0x22 && quote != 0x27) {
      while (at < text.length && !isBlank(text.at(at))) at++;
      directive.arguments.push(text.slice(from, at));
      return at;
    }
    at++;
    if (text.at(at) == 0x60) {
      const stop = endOfRaw(text, at + 1, quote);
      if (stop < text.length) {
        directive.arguments.push(text.slice(at + 1, stop));
        return stop + 2;
      }
    }
    const start = at;
    let out = text.ptr + start;
    while (at < text.length) {
      const byte = text.at(at);
      if (byte == quote) break;
      if (byte == 0x5c && text.at(at + 1) == quote) at++;
      store<u8>(out++, text.at(at));
      at++;
    }
    if (at >= text.length) this.fault = "a quoted argument does not end: add the closing quote";
    directive.arguments.push(new Text(text.ptr + start, <u32>(out - text.ptr) - start));
    return at + 1;
  }
}

/** Whether a line ends in `"` and a back quote that begin an argument: it goes on over lines. */
function opensRaw(start: usize, stop: usize): bool {
  if (stop < start + 2 || load<u8>(stop - 1) != 0x60 || load<u8>(stop - 2) != 0x22) return false;
  return stop == start + 2 || isBlank(load<u8>(stop - 3));
}

/** Whether a line begins with a back quote and `"`, blanks aside. */
function closesRaw(start: usize, stop: usize): bool {
  let at = start;
  while (at < stop && isBlank(load<u8>(at))) at++;
  return at + 1 < stop && load<u8>(at) == 0x60 && load<u8>(at, 1) == 0x22;
}

/** Place of the back quote that ends a raw argument whose text begins at `from`; `length` for none. */
function endOfRaw(text: Text, from: u32, quote: u8): u32 {
  for (let at = from; at < text.length; at++) {
    if (text.at(at) != 0x60 || text.at(at + 1) != quote) continue;
    if (at + 2 == text.length || isBlank(text.at(at + 2))) return at;
  }
  return text.length;
}
