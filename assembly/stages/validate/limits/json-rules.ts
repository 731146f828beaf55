// JSON bodies: well-formed, not too deep, not too large, no member twice (a duplicate is read
// differently by two parsers: RFC 8259 §4). The whole body is read in one pass once it has come;
// until then it is held back (see Exchange.holdsBody).
import { KnownHeader } from "../../../http/header-name";
import { equalsLiteralFolded } from "../../../http/literal";
import { MediaTypeStatus } from "../../../http/media-type";
import { JsonEvent } from "../../../json/event";
import { JsonLimits } from "../../../json/limits";
import { JsonReader } from "../../../json/reader";
import { JsonStatus } from "../../../json/status";
import { Judge } from "../../judge";
import { RequestView } from "../../request-view";
import { LimitsStatus } from "./status";

@final
export class JsonRules {
  readonly limits: JsonLimits = new JsonLimits();
  /** Also look at bodies that say they are something else, or nothing. */
  anyContentType: bool = false;
  private reader: JsonReader | null = null;

  /** To be called once the limits are final. */
  seal(seed: u64): void {
    this.reader = new JsonReader(this.limits, seed);
  }

  /** Whether the body of this request is to be read as JSON. */
  applies(request: RequestView): bool {
    if (request.endOfStream || request.isTunnel || request.isGrpc) return false;
    if (this.anyContentType) return true;
    return request.mediaTypeStatus == MediaTypeStatus.Ok && request.mediaType.isJson;
  }

  /** The headers' part, for a request that `applies`. True when a finding denies it. */
  judgeHead(request: RequestView, judge: Judge): bool {
    const row = request.headers.first(KnownHeader.ContentEncoding);
    if (row >= 0) {
      const value = request.headers.value(row);
      const plain = equalsLiteralFolded(value, request.headers.valueLength(row), "identity");
      if (!plain && judge.found(LimitsStatus.JsonEncoded)) return true;
    }
    const length = request.contentLength;
    if (length <= 0) return false;
    return judge.exceeds(LimitsStatus.JsonTooLarge, <u64>length, this.limits.maxBytes);
  }

  /** The body so far has `seen` bytes. True when a finding denies the request. */
  judgeSize(seen: u64, judge: Judge): bool {
    return judge.exceeds(LimitsStatus.JsonTooLarge, seen, this.limits.maxBytes);
  }

  /**
   * The whole body. True when a finding denies the request. An empty body is none, and is let
   * through.
   */
  judgeBody(body: usize, length: u32, judge: Judge): bool {
    const reader = this.reader;
    if (reader === null || length == 0) return false;
    reader.begin(body, length);
    let event = reader.next();
    while (event != JsonEvent.End && event != JsonEvent.Fault) event = reader.next();
    if (event == JsonEvent.End) return false;
    return judge.found(statusOf(reader.status), reader.faultOffset, 0);
  }
}

function statusOf(status: JsonStatus): LimitsStatus {
  switch (status) {
    case JsonStatus.DuplicateName:
    case JsonStatus.NameCollisions:
      return LimitsStatus.JsonDuplicateMember;
    case JsonStatus.TooManyBytes:
      return LimitsStatus.JsonTooLarge;
    case JsonStatus.TooDeep:
      return LimitsStatus.JsonTooDeep;
    case JsonStatus.StringTooLong:
    case JsonStatus.NumberTooLong:
      return LimitsStatus.JsonValueTooLong;
    case JsonStatus.TooManyMembers:
    case JsonStatus.TooManyKeys:
      return LimitsStatus.JsonTooManyKeys;
    case JsonStatus.TooManyElements:
      return LimitsStatus.JsonTooManyElements;
    default:
      return LimitsStatus.JsonMalformed;
  }
}
