// Test door of the http room: raw bytes in, numbers out, for bulk vectors from Node.
import { Glob } from "../base/glob";
import { Authority } from "../http/authority";
import { contentLength } from "../http/content-length";
import { CookieReader } from "../http/cookie";
import { IpAddress, IpStatus } from "../http/ip";
import { MediaType } from "../http/media-type";
import { normalizePath } from "../http/path-normalize";
import { QueryReader } from "../http/query";
import { RequestTarget } from "../http/request-target";

const bufferBytes: i32 = 1048576;

/** Room for input at 0 and output at `bufferBytes`. */
export function buffer(): usize {
  return heap.alloc((<usize>bufferBytes) << 1);
}

export function normalize(source: usize, length: u32, target: usize): i32 {
  return normalizePath(source, length, target, bufferBytes);
}

export function pathFlags(source: usize, length: u32): u32 {
  const target = new RequestTarget();
  target.read(source, length);
  return target.pathFlags;
}

/** Writes high and low at `target`; returns 0 when refused, 4 or 6. */
export function ip(source: usize, length: u32, target: usize): i32 {
  const address = new IpAddress();
  if (address.read(source, length) != IpStatus.Ok) return 0;
  store<u64>(target, address.high);
  store<u64>(target, address.low, 8);
  return address.isV4 ? 4 : 6;
}

/** Pairs of a query. */
export function queryPairs(source: usize, length: u32): u32 {
  const reader = new QueryReader();
  reader.open(source, length);
  let count: u32 = 0;
  while (reader.next()) count++;
  return count;
}

/** Cookies of a header value. */
export function cookies(source: usize, length: u32): u32 {
  const reader = new CookieReader();
  reader.open(source, length);
  let count: u32 = 0;
  while (reader.next()) count++;
  return count;
}

/** A MediaTypeStatus. */
export function mediaType(source: usize, length: u32): i32 {
  return <i32>new MediaType().read(source, length);
}

export function contentLengthOf(source: usize, length: u32): i64 {
  return contentLength(source, length);
}

/** An AuthorityStatus. */
export function authority(source: usize, length: u32): i32 {
  return <i32>new Authority().read(source, length);
}

let glob: Glob | null = null;

/** Matches against a pattern that makes a searcher go back where it can. */
export function globMatches(source: usize, length: u32): bool {
  let pattern = glob;
  if (pattern === null) pattern = new Glob("*aaaaaaaaaaaaaaab*aaaaaaaaaaaaaaac*aaaaaaaaaaaaaaad*");
  glob = pattern;
  return pattern.matches(source, length);
}
