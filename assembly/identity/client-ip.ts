// The client's address. Default: what the proxy says. With X-Forwarded-For the entries are walked from the right, which the
// nearest proxies wrote, to the left, which the client wrote: either past a fixed number of hops (Envoy's
// xff_num_trusted_hops) or past every address of trusted networks. Anything malformed on the way falls back to the peer: the
// left part of the list is the client's own text.
import { CidrList } from "../http/cidr";
import { HeaderMap } from "../http/header-map";
import { KnownHeader } from "../http/header-name";
import { IpAddress, IpStatus } from "../http/ip";

/** Entries of X-Forwarded-For that are looked at. */
export const maxForwarded: u32 = 64;

export const enum AddressFrom {
  /** The proxy's source.address. */
  Source = 0,
  XForwardedFor = 1,
}

@final
export class ClientIp {
  from: AddressFrom = AddressFrom.Source;
  /** Entries to skip from the right; used when `trustedProxies` is null. */
  trustedHops: u32 = 0;
  /** Entries of these networks are skipped. */
  trustedProxies: CidrList | null = null;

  /**
   * Finds the forwarded address into `target`.
   * @returns false: use the peer's
   */
  forwarded(headers: HeaderMap, target: IpAddress): bool {
    if (this.from != AddressFrom.XForwardedFor) return false;
    const first = headers.first(KnownHeader.XForwardedFor);
    if (first < 0) return false;
    const nameLength = headers.nameLength(first);
    const name = headers.name(first);
    let seen: u32 = 0;
    for (let row = <i32>headers.count - 1; row >= first; row--) {
      if (headers.nameLength(row) != nameLength) continue;
      if (memory.compare(headers.name(row), name, nameLength) != 0) continue;
      const value = headers.value(row);
      let end = headers.valueLength(row);
      while (true) {
        if (seen == maxForwarded) return false;
        const start = entryStart(value, end);
        if (!readEntry(value, start, end, target)) return false;
        if (this.isClient(target, seen)) return true;
        seen++;
        if (start == 0) break;
        end = start - 1;
      }
    }
    // Every entry is a trusted proxy: with networks the last one read is the farthest that is known.
    return this.trustedProxies !== null;
  }

  private isClient(address: IpAddress, skipped: u32): bool {
    const proxies = this.trustedProxies;
    return proxies === null ? skipped == this.trustedHops : !proxies.has(address);
  }
}

/** Offset after the last comma before `end`. */
function entryStart(value: usize, end: u32): u32 {
  let start = end;
  while (start > 0 && load<u8>(value + start - 1) != 0x2c) start--;
  return start;
}

function readEntry(value: usize, start: u32, end: u32, target: IpAddress): bool {
  while (start < end && isBlank(load<u8>(value + start))) start++;
  while (start < end && isBlank(load<u8>(value + end - 1))) end--;
  return target.readWithPort(value + start, end - start) == IpStatus.Ok;
}

function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x09;
}
