// Which requests a rule is for: by the path without its query, compared with its percent escapes decoded, so that no spelling of a
// path slips past the rule that was written for it. Paths that two readers understand differently are refused before (`isAmbiguous`).
import { View } from "../../abi/view";
import { escapedByte } from "../../base/percent";
import { TargetFlag } from "../../http/request-target";
import { Requirement } from "./requirement";

/** Whether the first matching rule is a matter of who reads a path with these TargetFlags. */
export function isAmbiguous(flags: u32): bool {
  const separators =
    TargetFlag.EncodedSlash |
    TargetFlag.Backslash |
    TargetFlag.EncodedBackslash |
    TargetFlag.EmptySegment;
  const dots = TargetFlag.DotSegment | TargetFlag.DotSegmentParameter;
  const bytes = TargetFlag.Nul | TargetFlag.DoubleEncoding | TargetFlag.BadEscape;
  return (flags & (separators | dots | bytes | TargetFlag.Fragment)) != 0;
}

@final
export class RouteRule {
  /** @param requirement null: nothing is asked of these requests */
  constructor(
    private text: View,
    private isPrefix: bool,
    readonly requirement: Requirement | null,
  ) {}

  /** Whether the path of `length` bytes is this rule's. Linear. */
  matches(path: usize, length: u32): bool {
    const end = path + length;
    const text = this.text;
    for (let i: u32 = 0; i < text.length; i++) {
      if (path >= end) return false;
      const raw = load<u8>(path);
      const decoded = raw == 0x25 ? escapedByte(path, end) : <i32>raw;
      if (decoded != <i32>load<u8>(text.ptr + i)) return false;
      path += raw == 0x25 ? 3 : 1;
    }
    return this.isPrefix || path == end;
  }
}
