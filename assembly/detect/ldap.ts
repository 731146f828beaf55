// LDAP injection: filter syntax of RFC 4515 in a place that holds one value; brackets and stars that
// leave it and begin another filter.
import { isAlpha, isDigit } from "../base/ascii";
import { Reason, at } from "./verdict";

/** Filter syntax of RFC 4515 that leaves the place of a value: `*)(`, `)(|`, `*|`, `*()|`. */
export function detectLdap(ptr: usize, end: usize): Reason {
  if (isFilter(ptr, end)) return at(ptr, end, Reason.LdapFilter);
  let opened = false;
  for (let p = ptr; p < end; p++) {
    const byte = load<u8>(p);
    const next: u8 = p + 1 < end ? load<u8>(p, 1) : 0;
    const third: u8 = p + 2 < end ? load<u8>(p, 2) : 0;
    if (byte == 0x29) {
      let q = p + 1;
      while (q < end && (load<u8>(q) == 0x29 || load<u8>(q) == 0x20)) q++;
      if (q < end && load<u8>(q) == 0x28 && filterFollows(q, end))
        return at(p, q, Reason.LdapFilter);
    }
    if (
      byte == 0x28 &&
      (next == 0x26 || next == 0x7c || next == 0x21) &&
      (third == 0x28 || third == 0x20)
    ) {
      if (filterFollows(p + 2, end) || third == 0x28) return at(p, p + 2, Reason.LdapFilter);
    }
    if (byte == 0x28 && next != 0x7c && next != 0x26) opened = true;
    if (byte == 0x2a && p < ptr + 24) {
      const closing = third == 0 || third == 0x29;
      if (next == 0x29 && (third == 0x28 || (closing && !opened)))
        return at(p, end, Reason.LdapFilter);
      if (next == 0x28 && (third == 0x29 || third == 0x7c || third == 0x26))
        return at(p, end, Reason.LdapFilter);
      if ((next == 0x7c || next == 0x26) && p == ptr && end - ptr <= 4)
        return at(p, end, Reason.LdapFilter);
    }
  }
  return escapedFilter(ptr, end);
}

/** `(cn=*)`, `!(uid=a)`: the value is one filter and nothing else. */
function isFilter(ptr: usize, end: usize): bool {
  if (end - ptr < 5 || load<u8>(end - 1) != 0x29) return false;
  const negated = load<u8>(ptr) == 0x21;
  const open = negated ? ptr + 1 : ptr;
  if (load<u8>(open) != 0x28 || !filterFollows(open, end)) return false;
  return negated || load<u8>(end - 2) == 0x2a;
}

/** `(` with an operator or an attribute and its comparison behind it. */
function filterFollows(p: usize, end: usize): bool {
  let q = p;
  while (q < end && (load<u8>(q) == 0x28 || load<u8>(q) == 0x20)) q++;
  if (q < end && (load<u8>(q) == 0x7c || load<u8>(q) == 0x26 || load<u8>(q) == 0x21)) return true;
  const name = q;
  while (
    q < end &&
    q < name + 40 &&
    (isAlpha(load<u8>(q)) || isDigit(load<u8>(q)) || load<u8>(q) == 0x2d)
  )
    q++;
  if (q == name || q >= end) return false;
  const sign = load<u8>(q);
  return sign == 0x3d && (q + 1 >= end || load<u8>(q, 1) != 0x3d);
}

/** A value that is nothing but an escape of a filter's own bytes: \28, \29, \2a, \21, \26, \7c. */
function escapedFilter(ptr: usize, end: usize): Reason {
  if (end - ptr != 3 || load<u8>(ptr) != 0x5c || load<u8>(ptr, 1) != 0x32) return Reason.None;
  const digit = load<u8>(ptr, 2) | 0x20;
  return digit == 0x38 || digit == 0x39 || digit == 0x61 || digit == 0x31 || digit == 0x36
    ? at(ptr, end, Reason.LdapFilter)
    : Reason.None;
}
