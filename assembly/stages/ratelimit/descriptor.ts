// What a policy tells the rate-limit service about a request: keys with a fixed value or with a part of the request, as text. A part
// that the request lacks means that the service is not asked, as with Envoy's own actions.
import { Block } from "../../base/block";
import { RequestFacts } from "../../identity/request-facts";
import { IdentitySource } from "../../identity/source";
import { SourceStatus } from "../../identity/source-status";
import { Tuple, maxParts } from "../../identity/tuple";
import { RateLimitRequest } from "../../rls/request";

@final
export class DescriptorEntry {
  /** @param source null: the value is fixed */
  constructor(
    public key: Block,
    public keyLength: u32,
    public value: Block,
    public valueLength: u32,
    public source: IdentitySource | null,
  ) {}
}

@final
export class Descriptor {
  /** 1 to maxParts. */
  entries: Array<DescriptorEntry> = [];
  needs: u32 = 0;

  add(entry: DescriptorEntry): void {
    if (this.entries.length == maxParts) return;
    const source = entry.source;
    if (source !== null) this.needs |= source.needs;
    this.entries.push(entry);
  }

  /** Key of what the request's descriptor says, under a secret; 0: the request lacks a part. */
  key(facts: RequestFacts, tuple: Tuple, k0: u64, k1: u64): u64 {
    tuple.clear();
    for (let i = 0; i < this.entries.length; i++) {
      const source = this.entries[i].source;
      if (source !== null && source.readText(facts, tuple) != SourceStatus.Ok) return 0;
    }
    const key = tuple.key(k0, k1);
    return key == 0 ? 1 : key;
  }

  /** Appends the descriptor; `key` has found every part. */
  write(facts: RequestFacts, tuple: Tuple, request: RateLimitRequest, hits: u32): void {
    request.beginDescriptor();
    for (let i = 0; i < this.entries.length; i++) {
      const entry = this.entries[i];
      const source = entry.source;
      if (source === null) {
        request.entry(entry.key.ptr, entry.keyLength, entry.value.ptr, entry.valueLength);
        continue;
      }
      tuple.clear();
      source.readText(facts, tuple);
      request.entry(entry.key.ptr, entry.keyLength, tuple.lastPtr, tuple.lastLength);
    }
    request.endDescriptor(hits);
  }
}
