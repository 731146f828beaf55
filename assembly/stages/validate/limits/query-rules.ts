// What a query may look like: its size, its arguments, and bytes that two decoders read
// differently.
import { QueryReader } from "../../../http/query";
import { TargetFlag } from "../../../http/request-target";
import { Judge } from "../../judge";
import { RequestView } from "../../request-view";
import { LimitsStatus } from "./status";

@final
export class QueryRules {
  maxBytes: u32 = 8192;
  maxArguments: u32 = 255;
  /** Name and value of one argument as written, without the `=`. */
  maxArgumentBytes: u32 = 4096;
  private reader: QueryReader = new QueryReader();

  /** True when a finding denies the request. */
  judge(request: RequestView, judge: Judge): bool {
    const target = request.target;
    const length = target.queryLength;
    if (length == 0) return false;
    if (judge.exceeds(LimitsStatus.QueryTooLong, length, this.maxBytes)) return true;
    if (target.queryFlags != 0 && this.judgeFlags(target.queryFlags, judge)) return true;
    return this.judgeArguments(request.path + target.queryStart, length, judge);
  }

  private judgeFlags(flags: u32, judge: Judge): bool {
    if (flags & TargetFlag.Nul && judge.found(LimitsStatus.QueryNul)) return true;
    if (flags & TargetFlag.Control && judge.found(LimitsStatus.QueryControlByte)) return true;
    if (flags & TargetFlag.DoubleEncoding && judge.found(LimitsStatus.QueryDoubleEncoding))
      return true;
    if (flags & TargetFlag.BadEscape && judge.found(LimitsStatus.QueryBadEscape)) return true;
    if (flags & TargetFlag.RawNonAscii && judge.found(LimitsStatus.QueryRawNonAscii)) return true;
    return (flags & TargetFlag.BadUtf8) != 0 && judge.found(LimitsStatus.QueryBadUtf8);
  }

  private judgeArguments(query: usize, length: u32, judge: Judge): bool {
    const reader = this.reader;
    let count: u32 = 0;
    let longest: u32 = 0;
    reader.open(query, length);
    while (reader.next()) {
      count++;
      const size = reader.nameEnd - reader.nameStart + (reader.valueEnd - reader.valueStart);
      if (size > longest) longest = size;
    }
    if (judge.exceeds(LimitsStatus.QueryTooManyArguments, count, this.maxArguments)) return true;
    return judge.exceeds(LimitsStatus.QueryArgumentTooLong, longest, this.maxArgumentBytes);
  }
}
