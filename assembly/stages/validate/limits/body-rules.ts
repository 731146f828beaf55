// What a body may be before its bytes are looked at: its media type, and its size as announced and
// as counted.
import { MediaTypeStatus } from "../../../http/media-type";
import { Judge } from "../../judge";
import { NO_CONTENT_LENGTH, RequestView } from "../../request-view";
import { MediaPattern } from "./media-pattern";
import { LimitsStatus } from "./status";

@final
export class BodyRules {
  maxBytes: u64 = 10485760;
  /** Null: any media type, and none at all. */
  contentTypes: Array<MediaPattern> | null = null;

  /** The headers' part. True when a finding denies the request. */
  judgeHead(request: RequestView, judge: Judge): bool {
    const length = request.contentLength;
    if (length < 0 && length != NO_CONTENT_LENGTH) {
      if (judge.found(LimitsStatus.ContentLengthMalformed)) return true;
    }
    const hasType = request.mediaTypeStatus == MediaTypeStatus.Malformed;
    if (hasType && judge.found(LimitsStatus.ContentTypeMalformed)) return true;
    if (length > 0 && judge.exceeds(LimitsStatus.BodyTooLarge, <u64>length, this.maxBytes))
      return true;
    if (request.endOfStream || length == 0 || request.isTunnel) return false;
    if (length == NO_CONTENT_LENGTH && judge.found(LimitsStatus.ContentLengthMissing)) return true;
    return this.judgeType(request, judge);
  }

  private judgeType(request: RequestView, judge: Judge): bool {
    const allowed = this.contentTypes;
    if (allowed === null || request.mediaTypeStatus == MediaTypeStatus.Malformed) return false;
    if (request.mediaTypeStatus == MediaTypeStatus.Empty) {
      return judge.found(LimitsStatus.ContentTypeMissing);
    }
    for (let i = 0, n = allowed.length; i < n; i++) {
      if (allowed[i].matches(request.mediaType)) return false;
    }
    return judge.found(LimitsStatus.ContentTypeNotAllowed);
  }

  /** The body's part: `seen` bytes so far. True when a finding denies the request. */
  judgeSize(seen: u64, judge: Judge): bool {
    return judge.exceeds(LimitsStatus.BodyTooLarge, seen, this.maxBytes);
  }
}
