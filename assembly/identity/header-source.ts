// A header's value as a part of an identity, whole or after an authentication scheme (`Bearer`, RFC 9110 §11.1). API keys are
// such a part: what is kept of them is a keyed hash.
import { Block } from "../base/block";
import { IdentitySource } from "./source";
import { SourceStatus } from "./source-status";
import { RequestFacts } from "./request-facts";
import { Tuple } from "./tuple";

@final
export class HeaderSource extends IdentitySource {
  /**
   * @param name lower-case bytes
   * @param scheme lower-case scheme to take off, 0 bytes for none; another scheme is Missing
   */
  constructor(
    private name: Block,
    private nameLength: u32,
    private scheme: Block,
    private schemeLength: u32,
  ) {
    super();
  }

  read(facts: RequestFacts, tuple: Tuple): SourceStatus {
    const headers = facts.headers;
    const row = headers.find(this.name.ptr, this.nameLength);
    if (row < 0) return SourceStatus.Missing;
    if (headers.find(this.name.ptr, this.nameLength, <u32>row + 1) >= 0)
      return SourceStatus.Repeated;
    const value = headers.value(row);
    const length = headers.valueLength(row);
    const skip = this.schemeLength;
    if (skip == 0) return tuple.part(value, length);
    if (length <= skip || load<u8>(value + skip) != 0x20) return SourceStatus.Missing;
    for (let i: u32 = 0; i < skip; i++) {
      if (toLower(load<u8>(value + i)) != load<u8>(this.scheme.ptr + i))
        return SourceStatus.Missing;
    }
    let start = skip;
    while (start < length && load<u8>(value + start) == 0x20) start++;
    // Envoy joins repeated `authorization` headers by comma: two credentials are none.
    for (let i = start; i < length; i++) {
      if (load<u8>(value + i) == 0x2c) return SourceStatus.Repeated;
    }
    return tuple.part(value + start, length - start);
  }
}

function toLower(byte: u8): u8 {
  return <u8>(byte - 0x41) < 26 ? byte | 0x20 : byte;
}
