// Addresses as texts. Source: RFC 2673 §3.2 (IPv4 in four decimal parts), RFC 4291 §2.2 (IPv6).

export function isIpv4(ptr: usize, end: usize): bool {
  let at = ptr;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && (at >= end || load<u8>(at++) != 0x2e)) return false;
    const start = at;
    let value = 0;
    while (at < end && <u8>(load<u8>(at) - 0x30) < 10 && at - start < 4) {
      value = value * 10 + load<u8>(at++) - 0x30;
    }
    const digits = at - start;
    if (digits == 0 || value > 255 || (digits > 1 && load<u8>(start) == 0x30)) return false;
  }
  return at == end;
}

export function isIpv6(ptr: usize, end: usize): bool {
  let groups = 0;
  let hasGap = false;
  let at = ptr;
  if (end - at >= 2 && load<u16>(at) == 0x3a3a) {
    hasGap = true;
    at += 2;
  } else if (at < end && load<u8>(at) == 0x3a) return false;
  while (at < end) {
    const start = at;
    while (at < end && isHex(load<u8>(at))) at++;
    if (at < end && load<u8>(at) == 0x2e) {
      groups += 2;
      return isIpv4(start, end) && (hasGap ? groups < 8 : groups == 8);
    }
    if (at == start || at - start > 4) return false;
    groups++;
    if (at == end) break;
    if (load<u8>(at++) != 0x3a) return false;
    if (at < end && load<u8>(at) == 0x3a) {
      if (hasGap) return false;
      hasGap = true;
      at++;
    } else if (at == end) return false;
  }
  return hasGap ? groups < 8 : groups == 8;
}

function isHex(byte: u8): bool {
  return <u8>(byte - 0x30) < 10 || <u8>((byte | 0x20) - 0x61) < 6;
}
