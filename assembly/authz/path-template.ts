// Path templates of `paths`: `{*}` stands for one segment that is not empty, `{**}` for the rest of the path, also none of it. What
// either covers must consist of the characters that RFC 3986 allows in a path: Envoy's uri_template matcher, to which Istio hands such
// paths, takes no others. Cut into literal pieces at configure time; one pass, never a step back, since a piece between two stars
// begins with a slash and a segment holds none.
import { Matcher } from "./matcher";
import { Text, sameBytes } from "./text";

/** How a piece is followed. */
const enum Star {
  None = 0,
  Segment = 1,
  Rest = 2,
}

@final
class Piece {
  constructor(
    readonly text: Text,
    readonly star: Star,
  ) {}
}

@final
export class PathTemplate extends Matcher {
  private pieces: Array<Piece> = [];

  /** Use `readTemplate`, which checks. */
  constructor(text: string) {
    super();
    let rest = text;
    while (true) {
      const open = rest.indexOf("{*");
      if (open < 0) break;
      const close = rest.indexOf("}", open);
      const star = close - open == 3 ? Star.Rest : Star.Segment;
      this.pieces.push(new Piece(Text.of(rest.substring(0, open)), star));
      rest = rest.substring(close + 1);
    }
    this.pieces.push(new Piece(Text.of(rest), Star.None));
  }

  matches(ptr: usize, length: u32): bool {
    const end = ptr + length;
    const pieces = this.pieces;
    let at = ptr;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i];
      const text = piece.text;
      if (<u32>(end - at) < text.length || !sameBytes(at, text.ptr, text.length)) return false;
      at += text.length;
      if (piece.star == Star.Rest) return takesRest(at, end, pieces[i + 1].text);
      if (piece.star == Star.None) return at == end;
      const segment = at;
      while (at < end && isSegmentByte(load<u8>(at))) at++;
      if (at == segment) return false;
    }
    return false;
  }
}

/** `{**}` and the literal after it, which ends the template. */
function takesRest(at: usize, end: usize, last: Text): bool {
  if (<u32>(end - at) < last.length) return false;
  const tail = end - last.length;
  if (!sameBytes(tail, last.ptr, last.length)) return false;
  while (at < tail) {
    const byte = load<u8>(at++);
    if (byte != 0x2f && !isSegmentByte(byte)) return false;
  }
  return true;
}

/** Whether a path of a rule is a template. */
export function isTemplate(text: string): bool {
  return text.includes("{*}") || text.includes("{**}");
}

/**
 * The template, or null: `{**}` not last, braces around anything else, or a segment that mixes a star with other characters or has
 * characters that no path holds (istio pkg/config/security/security.go, CheckValidPathTemplate).
 */
export function readTemplate(text: string): PathTemplate | null {
  let inner = text;
  while (inner.startsWith("/")) inner = inner.substring(1);
  while (inner.endsWith("/")) inner = inner.substring(0, inner.length - 1);
  const segments = inner.split("/");
  let hasRest = false;
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i];
    const isRest = segment == "{**}";
    if (isRest || segment == "{*}") {
      if (hasRest) return null;
      hasRest = isRest;
      continue;
    }
    if (segment.length == 0) return null;
    for (let j = 0; j < segment.length; j++) {
      const unit = segment.charCodeAt(j);
      if (unit > 0x7e || !isPathByte(<u8>unit)) return null;
    }
  }
  return text.startsWith("/") ? new PathTemplate(text) : null;
}

/** RFC 3986 pchar. */
function isSegmentByte(byte: u8): bool {
  return byte == 0x2a || isPathByte(byte);
}

/** RFC 3986 pchar without `*`, which Istio keeps out of a template's literals. */
function isPathByte(byte: u8): bool {
  if (<u8>((byte | 0x20) - 0x61) < 26 || <u8>(byte - 0x30) < 10) return true;
  switch (byte) {
    case 0x21: // !
    case 0x24: // $
    case 0x25: // %
    case 0x26: // &
    case 0x27: // '
    case 0x28: // (
    case 0x29: // )
    case 0x2b: // +
    case 0x2c: // ,
    case 0x2d: // -
    case 0x2e: // .
    case 0x3a: // :
    case 0x3b: // ;
    case 0x3d: // =
    case 0x40: // @
    case 0x5f: // _
    case 0x7e: // ~
      return true;
    default:
      return false;
  }
}
