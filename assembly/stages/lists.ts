// Lists that several sections of a document hold: networks, hosts, tokens. Every wrong entry is reported at its place.
import { Block } from "../base/block";
import { lowerAscii } from "../base/ascii";
import { ConfigValue } from "../config/value";
import { Authority } from "../http/authority";
import { CidrList, CidrStatus, MAX_NETWORKS } from "../http/cidr";
import { isToken } from "../http/header-name";
import { HostPattern, readHostPattern } from "../http/host-pattern";

/** Most entries of a list of hosts, methods, headers, media types or agents. */
export const MAX_LIST: i32 = 256;

/** Networks and addresses; null when the list is absent. */
export function networks(list: ConfigValue): CidrList | null {
  const entries = entriesOf(list, 1, MAX_NETWORKS);
  if (!list.isPresent) return null;
  const cidrs = new CidrList();
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (!entry.isText(1, 64)) continue;
    const status = cidrs.add(entry.textPtr, entry.textLength);
    if (status == CidrStatus.HostBits) {
      entry.fail("has bits set after its prefix", "write the network's first address");
    } else if (status == CidrStatus.BadPrefix) {
      entry.fail("has no prefix of 0 to 32 (IPv4) or 0 to 128 (IPv6) bits", 'write "10.0.0.0/8"');
    } else if (status != CidrStatus.Ok) {
      entry.fail(
        "is no address and no network",
        'write "192.0.2.1", "10.0.0.0/8" or "2001:db8::/32"',
      );
    }
  }
  cidrs.seal();
  return cidrs;
}

/** Hosts as readHostPattern reads them; null when the list is absent. */
export function hostPatterns(list: ConfigValue): HostPattern[] | null {
  const entries = entriesOf(list, 1, MAX_LIST);
  if (!list.isPresent) return null;
  const patterns: HostPattern[] = [];
  for (let i = 0; i < entries.length; i++) {
    const pattern = hostPattern(entries[i]);
    if (pattern !== null) patterns.push(pattern);
  }
  return patterns;
}

function hostPattern(entry: ConfigValue): HostPattern | null {
  if (!entry.isText(1, 260)) return null;
  const host = lowerAscii(entry.string(""));
  const length = <u32>String.UTF8.byteLength(host);
  const text = new Block(length + 1);
  String.UTF8.encodeUnsafe(changetype<usize>(host), host.length, text.ptr);
  const pattern = readHostPattern(text.ptr, length, new Authority());
  if (pattern === null)
    entry.fail("is no host", 'write "api.example.com", "*.example.com" or "host:8443"');
  else pattern.text = text;
  return pattern;
}

/** The elements of an array of `least` to `most`; none when it is absent or anything else. */
export function entriesOf(list: ConfigValue, least: i32, most: i32): ConfigValue[] {
  if (!list.isPresent || list.isArray) return list.sized(least, most).items();
  list.fail("must be an array", 'write it in brackets: ["...", "..."]');
  return [];
}

/** A list of tokens (RFC 9110 §5.6.2), in lower case when `folded`. */
export function tokens(list: ConfigValue, folded: bool, mend: string): string[] {
  const entries = entriesOf(list, folded ? 0 : 1, MAX_LIST);
  const names: string[] = [];
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (!entry.isText(1, 255)) continue;
    if (!isToken(entry.textPtr, entry.textLength)) entry.fail("is no token", mend);
    else names.push(folded ? lowerAscii(entry.string("")) : entry.string(""));
  }
  return names;
}
