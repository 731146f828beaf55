// RateLimitResponse of envoy.service.ratelimit.v3, read in place: the verdict, a status for each descriptor, headers and a body to
// pass on. `UNKNOWN`, more statuses than were asked for and anything that is no message make it unusable: the caller then does what
// its configuration says about errors. Limitador sends no statuses: `count` is 0 then.
//   RateLimitResponse 1 overall_code  2 statuses  3 response_headers_to_add  4 request_headers_to_add  5 raw_body
//   DescriptorStatus  1 code  3 limit_remaining  4 duration_until_reset {1 seconds, 2 nanos}  5 quota {1 requests}
import { ProtoReader, Wire } from "./proto-reader";
import { StatusRows } from "./status-rows";

export const enum Code {
  Unknown = 0,
  Ok = 1,
  OverLimit = 2,
}

/** Statuses that an answer may hold. */
export const maxStatuses: u32 = 32;
/** Bytes of an answer that are read; a longer one is unusable. */
export const maxAnswerBytes: u32 = 65536;

const overallField: u32 = 1;
const statusesField: u32 = 2;
export const responseHeadersField: u32 = 3;
export const requestHeadersField: u32 = 4;
const rawBodyField: u32 = 5;
const secondNs: u64 = 1_000_000_000;
/** A reset further away than 400 days is no reset. */
const longestSeconds: u64 = 34_560_000;

@final
export class RateLimitAnswer {
  code: Code = Code.Unknown;
  /** Statuses read; they stand in the order of the descriptors. */
  count: u32 = 0;
  body: usize = 0;
  bodyLength: u32 = 0;
  /** Header that `nextHeader` found. */
  name: usize = 0;
  nameLength: u32 = 0;
  value: usize = 0;
  valueLength: u32 = 0;

  private statuses: StatusRows = new StatusRows(maxStatuses);
  private reader: ProtoReader = new ProtoReader();
  private inner: ProtoReader = new ProtoReader();
  private leaf: ProtoReader = new ProtoReader();
  private headersField: u32 = 0;
  private start: usize = 0;
  private size: u32 = 0;

  /**
   * Reads an answer, which must stay where it is while headers and body are used.
   * @returns false: unusable
   */
  read(ptr: usize, length: u32): bool {
    this.code = Code.Unknown;
    this.count = 0;
    this.body = 0;
    this.bodyLength = 0;
    this.start = ptr;
    this.size = length;
    if (length > maxAnswerBytes) return false;
    const reader = this.reader;
    reader.open(ptr, length);
    while (reader.next()) {
      if (reader.field == overallField) {
        if (!reader.isNumber()) return false;
        this.code = reader.value <= 2 ? <Code>(<i32>reader.value) : Code.Unknown;
      } else if (reader.field == statusesField) {
        if (!reader.isBytes() || !this.readStatus(reader.ptr, reader.length)) return false;
      } else if (reader.field == rawBodyField) {
        if (!reader.isBytes()) return false;
        this.body = reader.ptr;
        this.bodyLength = reader.length;
      } else if (reader.field == responseHeadersField || reader.field == requestHeadersField) {
        if (!reader.isBytes()) return false;
      }
    }
    return !reader.isMalformed && this.code != Code.Unknown;
  }

  statusCode(i: u32): Code {
    return <Code>(<i32>this.statuses.code(i));
  }

  remaining(i: u32): u32 {
    return this.statuses.remaining(i);
  }

  /** Nanoseconds until the limit is whole again; 0 when the service did not say. */
  resetNs(i: u32): u64 {
    return this.statuses.resetNs(i);
  }

  /** Requests that may be admitted without asking, 0 when the service grants none. */
  quota(i: u32): u32 {
    return this.statuses.quota(i);
  }

  /** Begins the headers of one list: `responseHeadersField` or `requestHeadersField`. */
  openHeaders(field: u32): void {
    this.headersField = field;
    this.reader.open(this.start, this.size);
  }

  nextHeader(): bool {
    const reader = this.reader;
    while (reader.next()) {
      if (reader.field != this.headersField || reader.wire != Wire.Bytes) continue;
      if (this.readHeader(reader.ptr, reader.length)) return true;
    }
    return false;
  }

  /** HeaderValue: 1 key, 2 value, 3 raw_value. */
  private readHeader(ptr: usize, length: u32): bool {
    const inner = this.inner;
    this.nameLength = 0;
    this.valueLength = 0;
    inner.open(ptr, length);
    while (inner.next()) {
      if (inner.wire != Wire.Bytes) continue;
      if (inner.field == 1) {
        this.name = inner.ptr;
        this.nameLength = inner.length;
      } else if (inner.field == 2 || (inner.field == 3 && inner.length > 0)) {
        this.value = inner.ptr;
        this.valueLength = inner.length;
      }
    }
    return !inner.isMalformed && this.nameLength > 0;
  }

  private readStatus(ptr: usize, length: u32): bool {
    if (this.count == maxStatuses) return false;
    const inner = this.inner;
    let code: u64 = 0;
    let remaining: u64 = 0;
    let resetNs: u64 = 0;
    let quota: u64 = 0;
    inner.open(ptr, length);
    while (inner.next()) {
      if (inner.field == 1 && inner.isNumber()) code = inner.value;
      else if (inner.field == 3 && inner.isNumber()) remaining = inner.value;
      else if (inner.field == 4 && inner.isBytes())
        resetNs = this.duration(inner.ptr, inner.length);
      else if (inner.field == 5 && inner.isBytes()) quota = this.first(inner.ptr, inner.length);
    }
    if (inner.isMalformed || this.leaf.isMalformed) return false;
    const i = this.count++;
    this.statuses.set(i, <u32>min<u64>(code, 3), <u32>min<u64>(remaining, u32.MAX_VALUE), resetNs);
    this.statuses.setQuota(i, <u32>min<u64>(quota, u32.MAX_VALUE));
    return true;
  }

  /** google.protobuf.Duration; a negative one is 0. */
  private duration(ptr: usize, length: u32): u64 {
    const leaf = this.leaf;
    let seconds: u64 = 0;
    let nanos: u64 = 0;
    leaf.open(ptr, length);
    while (leaf.next()) {
      if (leaf.field == 1 && leaf.isNumber()) seconds = leaf.value;
      else if (leaf.field == 2 && leaf.isNumber()) nanos = leaf.value;
    }
    if (seconds > longestSeconds || nanos >= secondNs) return 0;
    return seconds * secondNs + nanos;
  }

  /** Field 1 of a message, as a number. */
  private first(ptr: usize, length: u32): u64 {
    const leaf = this.leaf;
    let value: u64 = 0;
    leaf.open(ptr, length);
    while (leaf.next()) if (leaf.field == 1 && leaf.isNumber()) value = leaf.value;
    return value;
  }
}
