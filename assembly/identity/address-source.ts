// The client's address as a part of an identity, cut to a prefix: one subscriber has a whole IPv6 /64, so counting single
// addresses there counts nothing.
import { Block } from "../base/block";
import { maxIpTextBytes, writeIp } from "../http/ip-text";
import { IdentitySource } from "./source";
import { SourceStatus } from "./source-status";
import { Need, RequestFacts } from "./request-facts";
import { Tuple } from "./tuple";

const partBytes: u32 = 17;

@final
export class AddressSource extends IdentitySource {
  private text: Block = new Block(maxIpTextBytes);

  /**
   * @param v4Prefix bits of an IPv4 address that count, 0 to 32
   * @param v6Prefix bits of an IPv6 address that count, 0 to 128
   */
  constructor(
    private v4Prefix: u32,
    private v6Prefix: u32,
  ) {
    super();
  }

  get needs(): u32 {
    return Need.Address;
  }

  read(facts: RequestFacts, tuple: Tuple): SourceStatus {
    if (!facts.hasAddress) return SourceStatus.Missing;
    const address = facts.address;
    const part = tuple.open(partBytes);
    store<u8>(part, address.isV4 ? 4 : 6);
    if (address.isV4) {
      store<u64>(part, 0, 1);
      store<u64>(part, top(address.low << 32, this.v4Prefix), 9);
      return SourceStatus.Ok;
    }
    store<u64>(part, top(address.high, this.v6Prefix), 1);
    store<u64>(part, this.v6Prefix > 64 ? top(address.low, this.v6Prefix - 64) : 0, 9);
    return SourceStatus.Ok;
  }

  readText(facts: RequestFacts, tuple: Tuple): SourceStatus {
    if (!facts.hasAddress) return SourceStatus.Missing;
    const address = facts.address;
    const bits = address.isV4 ? this.v4Prefix : this.v6Prefix;
    return tuple.part(this.text.ptr, writeIp(address, bits, this.text.ptr));
  }
}

/** The first `bits` bits; a shift by 64 would be a shift by 0. */
function top(value: u64, bits: u32): u64 {
  if (bits == 0) return 0;
  return bits >= 64 ? value : value & ~(u64.MAX_VALUE >> bits);
}
