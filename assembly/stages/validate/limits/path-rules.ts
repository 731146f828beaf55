// What a path may look like. The scan has been done (http/request-target.ts); this turns its flags
// into statuses, the most telling first.
import { RequestTarget, TargetFlag } from "../../../http/request-target";
import { Judge } from "../../judge";
import { RequestView } from "../../request-view";
import { LimitsStatus } from "./status";

@final
export class PathRules {
  maxBytes: u32 = 4096;

  /** True when a finding denies the request. */
  judge(request: RequestView, judge: Judge): bool {
    const target = request.target;
    if (judge.exceeds(LimitsStatus.PathTooLong, target.pathLength, this.maxBytes)) return true;
    return target.pathFlags != 0 && this.judgeFlags(target, judge);
  }

  private judgeFlags(target: RequestTarget, judge: Judge): bool {
    const flags = target.pathFlags;
    const dots = TargetFlag.DotSegment | TargetFlag.DotSegmentParameter;
    const backslashes = TargetFlag.Backslash | TargetFlag.EncodedBackslash;
    if (flags & TargetFlag.Nul && judge.found(LimitsStatus.PathNul)) return true;
    if (flags & TargetFlag.Control && judge.found(LimitsStatus.PathControlByte)) return true;
    if (flags & dots && judge.found(LimitsStatus.PathDotSegment)) return true;
    if (flags & TargetFlag.DoubleEncoding && judge.found(LimitsStatus.PathDoubleEncoding))
      return true;
    if (flags & TargetFlag.EncodedSlash && judge.found(LimitsStatus.PathEncodedSlash)) return true;
    if (flags & backslashes && judge.found(LimitsStatus.PathBackslash)) return true;
    if (flags & TargetFlag.BadEscape && judge.found(LimitsStatus.PathBadEscape)) return true;
    if (flags & TargetFlag.RawNonAscii && judge.found(LimitsStatus.PathRawNonAscii)) return true;
    if (flags & TargetFlag.BadUtf8 && judge.found(LimitsStatus.PathBadUtf8)) return true;
    if (flags & TargetFlag.Fragment && judge.found(LimitsStatus.PathFragment)) return true;
    if (flags & TargetFlag.Unsafe && judge.found(LimitsStatus.PathUnsafeByte)) return true;
    return (flags & TargetFlag.EmptySegment) != 0 && judge.found(LimitsStatus.PathEmptySegment);
  }
}
