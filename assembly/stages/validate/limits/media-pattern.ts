// A media type of the configuration: a type and subtype, with a star for any subtype or for what
// stands before a suffix (any text, any +json). Kept as lower-case bytes.
import { lowerAscii } from "../../../base/ascii";
import { Block } from "../../../base/block";
import { MediaType } from "../../../http/media-type";

@final
export class MediaPattern {
  private block: Block = new Block(0);
  private bytes: usize;
  private length: u32;

  /** @param text as the configuration has it; ASCII */
  constructor(text: string) {
    const lower = lowerAscii(text);
    this.length = <u32>String.UTF8.byteLength(lower);
    this.block = new Block(this.length + 1);
    this.bytes = this.block.ptr;
    String.UTF8.encodeUnsafe(changetype<usize>(lower), lower.length, this.bytes);
  }

  matches(type: MediaType): bool {
    return type.matches(this.bytes, this.length);
  }
}

/**
 * True for a type and a subtype of tokens, with at most one `*` as the subtype or before its
 * suffix.
 */
export function isMediaPattern(text: string): bool {
  const slash = text.indexOf("/");
  if (slash <= 0 || slash == text.length - 1 || text.length > 127) return false;
  const star = text.indexOf("*");
  if (star == 0) return text.length == 3 && slash == 1 && text.charCodeAt(2) == 0x2a;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (i == slash) continue;
    if (unit == 0x2a) {
      if (i != slash + 1 || i != star) return false;
      if (i + 1 < text.length && text.charCodeAt(i + 1) != 0x2b) return false;
    } else if (!isTypeUnit(unit)) {
      return false;
    }
  }
  return true;
}

/** The alphabet of registered names, RFC 6838 §4.2. */
function isTypeUnit(unit: i32): bool {
  if (<u32>((unit | 0x20) - 0x61) < 26 || <u32>(unit - 0x30) < 10) return true;
  return "!#$&-^_.+".indexOf(String.fromCharCode(unit)) >= 0;
}
