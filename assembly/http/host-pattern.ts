// Matches a host against `api.example.com`, `*.example.com` (one label or more in front, never the
// bare domain) or `*`, letters in either case (RFC 9110 §4.2.3). A pattern with a port matches that
// port alone; a pattern without one matches any.
import { Block } from "../base/block";
import { Authority, AuthorityStatus } from "./authority";

@final
export class HostPattern {
  /** Keeps the pattern's bytes alive, when they are not the caller's own. */
  text: Block | null = null;
  private host: usize;
  private length: u32;
  private port: i32;
  private wildcard: bool;

  /**
   * @param text the pattern's bytes in lower case, which must live as long as the pattern
   * @param length of what `authority` read as host, wildcard label not counted
   */
  constructor(host: usize, length: u32, port: i32, wildcard: bool) {
    this.host = host;
    this.length = length;
    this.port = port;
    this.wildcard = wildcard;
  }

  /** True when the host (`authority` read from the bytes at `pointer`) matches. */
  matches(pointer: usize, authority: Authority): bool {
    if (this.port >= 0 && authority.port != this.port) return false;
    const length = authority.hostLength;
    if (!this.wildcard) return length == this.length && equalFolded(pointer, this.host, length);
    if (this.length == 0) return true;
    // "*.example.com": the pattern keeps ".example.com", and something must stand before it.
    if (length <= this.length) return false;
    return equalFolded(pointer + (length - this.length), this.host, this.length);
  }
}

/**
 * Reads a pattern; null when it is neither a host nor a wildcard in front of one.
 * @param pointer lower-case bytes that the pattern keeps pointing at
 */
export function readHostPattern(
  pointer: usize,
  length: u32,
  authority: Authority,
): HostPattern | null {
  if (length == 1 && load<u8>(pointer) == 0x2a) return new HostPattern(pointer, 0, -1, true);
  const wildcard = length > 2 && load<u16>(pointer) == 0x2e2a;
  const skip: u32 = wildcard ? 2 : 0;
  if (authority.read(pointer + skip, length - skip) != AuthorityStatus.Ok) return null;
  // The suffix begins at the dot behind the star.
  if (wildcard) return new HostPattern(pointer + 1, authority.hostLength + 1, authority.port, true);
  return new HostPattern(pointer, authority.hostLength, authority.port, false);
}

function equalFolded(bytes: usize, lower: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    let byte = load<u8>(bytes + i);
    if (<u8>(byte - 0x41) < 26) byte |= 0x20;
    if (byte != load<u8>(lower + i)) return false;
  }
  return true;
}
