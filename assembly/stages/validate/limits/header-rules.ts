// How many headers there may be, how large, and which must be there.
import { equalsLiteral } from "../../../http/literal";
import { Judge } from "../../judge";
import { RequestView } from "../../request-view";
import { LimitsStatus } from "./status";

@final
export class HeaderRules {
  /** Pseudo-headers (`:path` and so on) count too: they are part of what Envoy hands over. */
  maxCount: u32 = 100;
  /** Names and values together; Envoy itself stops at 60 KiB unless told otherwise. */
  maxTotalBytes: u32 = 61440;
  maxValueBytes: u32 = 16384;
  /** Names in lower case. A header with an empty value counts as missing. */
  required: Array<string> = [];

  /** True when a finding denies the request. */
  judge(request: RequestView, judge: Judge): bool {
    const headers = request.headers;
    if (judge.exceeds(LimitsStatus.TooManyHeaders, headers.count, this.maxCount)) return true;
    if (judge.exceeds(LimitsStatus.HeadersTooLarge, headers.totalBytes, this.maxTotalBytes))
      return true;
    const longest = headers.longestValueBytes;
    if (judge.exceeds(LimitsStatus.HeaderValueTooLarge, longest, this.maxValueBytes)) return true;
    const required = this.required;
    for (let i = 0, n = required.length; i < n; i++) {
      if (this.isMissing(request, required[i]) && judge.found(LimitsStatus.HeaderMissing))
        return true;
    }
    return false;
  }

  private isMissing(request: RequestView, name: string): bool {
    const headers = request.headers;
    for (let row: u32 = 0; row < headers.count; row++) {
      if (headers.valueLength(row) == 0) continue;
      if (equalsLiteral(headers.name(row), headers.nameLength(row), name)) return false;
    }
    return true;
  }
}
