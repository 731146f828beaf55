// A query argument's value as a part of an identity. Name and value are decoded as a form is (WHATWG URL §5.1: `+` is a blank,
// then percent escapes), once: `?%6bey=a` and `?key=%61` are the argument `key` with the value `a`, as the upstream reads it.
import { Block } from "../base/block";
import { escapedByte } from "../base/percent";
import { QueryReader } from "../http/query";
import { IdentitySource } from "./source";
import { SourceStatus } from "./source-status";
import { Need, RequestFacts } from "./request-facts";
import { Tuple, maxPartBytes } from "./tuple";

@final
export class QuerySource extends IdentitySource {
  private reader: QueryReader = new QueryReader();
  private block: Block = new Block(maxPartBytes);
  private decoded: usize = this.block.ptr;

  /** The name is decoded and case-sensitive. */
  constructor(
    private name: Block,
    private nameLength: u32,
  ) {
    super();
  }

  get needs(): u32 {
    return Need.Target;
  }

  read(facts: RequestFacts, tuple: Tuple): SourceStatus {
    const target = facts.target;
    const query = facts.url + target.queryStart;
    const reader = this.reader;
    reader.open(query, target.queryLength);
    let start: u32 = 0;
    let end: u32 = 0;
    let isFound = false;
    while (reader.next()) {
      if (!this.isNamed(query + reader.nameStart, query + reader.nameEnd)) continue;
      if (isFound) return SourceStatus.Repeated;
      isFound = true;
      start = reader.valueStart;
      end = reader.valueEnd;
    }
    if (!isFound) return SourceStatus.Missing;
    return this.decode(query + start, query + end, tuple);
  }

  private isNamed(p: usize, end: usize): bool {
    for (let i: u32 = 0; i < this.nameLength; i++) {
      if (p >= end) return false;
      const escaped = load<u8>(p) == 0x25 ? escapedByte(p, end) : -1;
      const byte = escaped >= 0 ? <u8>escaped : plain(load<u8>(p));
      if (byte != load<u8>(this.name.ptr + i)) return false;
      p += escaped >= 0 ? 3 : 1;
    }
    return p == end;
  }

  private decode(p: usize, end: usize, tuple: Tuple): SourceStatus {
    let length: u32 = 0;
    while (p < end) {
      if (length == maxPartBytes) return SourceStatus.Oversized;
      const escaped = load<u8>(p) == 0x25 ? escapedByte(p, end) : -1;
      store<u8>(this.decoded + length++, escaped >= 0 ? <u8>escaped : plain(load<u8>(p)));
      p += escaped >= 0 ? 3 : 1;
    }
    return tuple.part(this.decoded, length);
  }
}

function plain(byte: u8): u8 {
  return byte == 0x2b ? 0x20 : byte;
}
