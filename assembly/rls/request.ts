// RateLimitRequest of envoy.service.ratelimit.v3: a domain and one descriptor for each policy that asks. A descriptor is a list of
// keys and values, and may say how many hits it counts; one that says nothing counts one.
//   RateLimitRequest    1 domain  2 descriptors
//   RateLimitDescriptor 1 entries {1 key, 2 value}  3 hits_addend (UInt64Value {1 value})
import { ProtoWriter } from "./proto-writer";

/** Longest request, bytes. */
export const maxRequestBytes: u32 = 16384;

const domainField: u32 = 1;
const descriptorsField: u32 = 2;
const entriesField: u32 = 1;
const hitsField: u32 = 3;
const keyField: u32 = 1;
const valueField: u32 = 2;

@final
export class RateLimitRequest {
  readonly writer: ProtoWriter = new ProtoWriter(maxRequestBytes);
  /** Descriptors written. */
  count: u32 = 0;
  private start: u32 = 0;

  begin(domain: usize, domainLength: u32): void {
    this.writer.reset();
    this.count = 0;
    this.writer.bytes(domainField, domain, domainLength);
  }

  beginDescriptor(): void {
    this.start = this.writer.begin(descriptorsField);
  }

  entry(key: usize, keyLength: u32, value: usize, valueLength: u32): void {
    const start = this.writer.begin(entriesField);
    this.writer.bytes(keyField, key, keyLength);
    this.writer.bytes(valueField, value, valueLength);
    this.writer.end(start);
  }

  /** @param hits 1 is what a service counts unasked */
  endDescriptor(hits: u32): void {
    if (hits != 1) {
      const start = this.writer.begin(hitsField);
      this.writer.number(1, hits);
      this.writer.end(start);
    }
    this.writer.end(this.start);
    this.count++;
  }
}
