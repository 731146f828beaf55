// Test door of the http room: raw bytes in, numbers out, for bulk vectors from Node.
import { IpAddress, IpStatus } from "../http/ip";
import { normalizePath } from "../http/path-normalize";
import { RequestTarget } from "../http/request-target";

const bufferBytes: i32 = 65536;

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
