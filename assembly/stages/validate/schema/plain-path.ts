// A request's path as the service behind is likely to read it: dot segments resolved, escapes decoded, slashes merged. Rules that are
// chosen by path are matched against this, since a rule that a spelling can avoid is none.
import { Block } from "../../../base/block";
import { indexOfByte } from "../../../base/find-byte";
import { decodePercent } from "../../../base/form-decode";
import { normalizePath } from "../../../http/path-normalize";
import { TargetFlag } from "../../../http/request-target";
import { RequestView } from "../../request-view";

/** Longest path that is read; what is longer counts as any path. */
const MAX_PATH_BYTES: u32 = 8192;

/** What in a path makes it another one for a service. */
const enum Odd {
  Flags = TargetFlag.DotSegment |
    TargetFlag.DotSegmentParameter |
    TargetFlag.EmptySegment |
    TargetFlag.Backslash |
    TargetFlag.EncodedBackslash |
    TargetFlag.EncodedSlash,
}

@final
export class PlainPath {
  ptr: usize = 0;
  length: u32 = 0;
  /** The path is too long to be read: it has to be taken for any. */
  isUnknown: bool = false;
  private room: Block = new Block(0);

  /** Takes the memory that reading needs. */
  prepare(): void {
    this.room = new Block(3 * MAX_PATH_BYTES + 1);
  }

  read(request: RequestView): void {
    const length = request.target.pathLength;
    this.ptr = request.path;
    this.length = length;
    this.isUnknown = length > MAX_PATH_BYTES;
    if (this.isUnknown) return;
    const isOdd = (request.target.pathFlags & Odd.Flags) != 0;
    if (!isOdd && indexOfByte(this.ptr, 0, length, 0x25) == length) return;
    const target = this.room.ptr;
    const size = normalizePath(this.ptr, length, target, 3 * MAX_PATH_BYTES + 1);
    this.ptr = target;
    this.length = mergeSlashes(target, decodePercent(target, target, <u32>size));
  }
}

function mergeSlashes(ptr: usize, length: u32): u32 {
  let out: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    if (byte == 0x2f && out > 0 && load<u8>(ptr + out - 1) == 0x2f) continue;
    store<u8>(ptr + out++, byte);
  }
  return out;
}
