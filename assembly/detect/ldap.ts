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
      // The same run again from each of its bytes would be quadratic.
      p = q - 1;
      continue;
    }
    if (
      byte == 0x28 &&
      (next == 0x26 || next == 0x7c || next == 0x21) &&
      (third == 0x28 || third == 0x20)
    ) {
      if (filterFollows(p + 2, end) || third == 0x28) return at(p, p + 2, Reason.LdapFilter);
    }
    // An assertion without its brackets: `userPassword:2.5.13.18:=x`.
    if (byte == 0x3a && p > ptr && isAlpha(load<u8>(p - 1)) && namesRule(p, end))
      return at(p, end, Reason.LdapFilter);
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

/** `(cn=*)`, `!(uid=a)`, `(member:1.2.840.113556.1.4.1941:=a)`: the value is one filter and nothing else. */
function isFilter(ptr: usize, end: usize): bool {
  if (end - ptr < 5 || load<u8>(end - 1) != 0x29) return false;
  const negated = load<u8>(ptr) == 0x21;
  const open = negated ? ptr + 1 : ptr;
  if (load<u8>(open) != 0x28) return false;
  const sign = attributeEnd(open + 1, end);
  // Nothing but a filter names a matching rule by numbers.
  if (namesRule(sign, end)) return true;
  return filterFollows(open, end) && (negated || load<u8>(end - 2) == 0x2a);
}

/** `(` with an operator, or with an attribute and a comparison behind it (RFC 4515 §3: `=`, `~=`, `>=`, `<=`, extensible). */
function filterFollows(p: usize, end: usize): bool {
  let q = p;
  while (q < end && (load<u8>(q) == 0x28 || load<u8>(q) == 0x20)) q++;
  if (q < end && (load<u8>(q) == 0x7c || load<u8>(q) == 0x26 || load<u8>(q) == 0x21)) return true;
  const name = q;
  q = attributeEnd(q, end);
  if (q >= end) return false;
  const sign = load<u8>(q);
  const next: u8 = q + 1 < end ? load<u8>(q, 1) : 0;
  if (sign == 0x3a)
    return (
      namesRule(q, end) || (q > name && (next == 0x3d || isDnRule(q, end) || ruleEnds(q + 1, end)))
    );
  if (q == name) return false;
  if (sign == 0x3d) return next != 0x3d;
  return (sign == 0x7e || sign == 0x3e || sign == 0x3c) && next == 0x3d;
}

/** Behind an attribute: a word, or numbers with dots, and options (RFC 4512 §2.5). */
function attributeEnd(name: usize, end: usize): usize {
  const stop = min(end, name + 40);
  let q = name;
  if (q < stop && isDigit(load<u8>(q))) {
    while (q < stop && (isDigit(load<u8>(q)) || load<u8>(q) == 0x2e)) q++;
    if (q < stop && load<u8>(q) != 0x3b && !isAlpha(load<u8>(q))) return q;
  }
  while (q < stop) {
    const byte = load<u8>(q);
    if (!isAlpha(byte) && !isDigit(byte) && byte != 0x2d && (byte != 0x3b || q == name)) break;
    q++;
  }
  return q;
}

/** `:dn:=` or `:dn:rule:=` at a colon. */
function isDnRule(q: usize, end: usize): bool {
  return (
    q + 4 < end && load<u32>(q) == 0x3a6e643a && (load<u8>(q, 4) == 0x3d || ruleEnds(q + 4, end))
  );
}

/** `:rule:=` or `:dn:rule:=` at a colon, the rule a number of two parts or more. */
function namesRule(q: usize, end: usize): bool {
  if (q >= end || load<u8>(q) != 0x3a) return false;
  let p = q + 1;
  if (p + 3 < end && load<u16>(p) == 0x6e64 && load<u8>(p, 2) == 0x3a) p += 3;
  let dots = 0;
  while (p < end && p < q + 64 && (isDigit(load<u8>(p)) || load<u8>(p) == 0x2e)) {
    if (load<u8>(p++) == 0x2e) dots++;
  }
  return dots > 0 && p + 1 < end && load<u16>(p) == 0x3d3a;
}

/** A rule's name and `:=`. */
function ruleEnds(name: usize, end: usize): bool {
  const p = attributeEnd(name, end);
  return p > name && p + 1 < end && load<u16>(p) == 0x3d3a;
}

/** A value that is nothing but an escape of a filter's own bytes: \28, \29, \2a, \21, \26, \7c. */
function escapedFilter(ptr: usize, end: usize): Reason {
  if (end - ptr != 3 || load<u8>(ptr) != 0x5c || load<u8>(ptr, 1) != 0x32) return Reason.None;
  const digit = load<u8>(ptr, 2) | 0x20;
  return digit == 0x38 || digit == 0x39 || digit == 0x61 || digit == 0x31 || digit == 0x36
    ? at(ptr, end, Reason.LdapFilter)
    : Reason.None;
}
