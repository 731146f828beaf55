// The client's identity as Linkerd's proxy writes it into `l5d-client-id`: a name of the form
// `<account>.<namespace>.serviceaccount.identity.<control namespace>.<trust domain>`. It is written out as the URI that Istio's
// certificates carry, so that one rule serves both meshes; a value that is a SPIFFE URI already is taken as it is.
import { Block } from "../base/block";
import { startsWithLiteral } from "../http/literal";

/** Longest identity, bytes: a DNS name, or a SPIFFE URI (SPIFFE-ID §2.3 allows 2,048). */
export const MAX_IDENTITY_BYTES: u32 = 2048;

const MIDDLE: string = ".serviceaccount.identity.";

@final
export class LinkerdId {
  ptr: usize = 0;
  length: u32 = 0;
  private block: Block = new Block(MAX_IDENTITY_BYTES + 64);

  /** Reads the header's value. False: it is no such name, and the identity then is empty. */
  read(ptr: usize, length: u32): bool {
    this.ptr = 0;
    this.length = 0;
    if (length > MAX_IDENTITY_BYTES) return false;
    if (startsWithLiteral(ptr, length, "spiffe://")) {
      this.ptr = ptr;
      this.length = length;
      return true;
    }
    // The last occurrence: account names may hold dots, and one could be made to look like the middle.
    const middle = lastMiddle(ptr, length);
    if (middle < 0) return false;
    const accountEnd = lastDot(ptr, <u32>middle);
    const right = <u32>middle + <u32>MIDDLE.length;
    const domain = firstDot(ptr, right, length);
    if (accountEnd <= 0 || accountEnd + 1 == middle || domain < 0) return false;
    if (<u32>domain == right || <u32>domain + 1 == length) return false;
    this.ptr = this.block.ptr;
    this.literal("spiffe://");
    this.bytes(ptr + <usize>domain + 1, length - <u32>domain - 1);
    this.literal("/ns/");
    this.bytes(ptr + <usize>accountEnd + 1, <u32>(middle - accountEnd) - 1);
    this.literal("/sa/");
    this.bytes(ptr, <u32>accountEnd);
    return true;
  }

  private literal(text: string): void {
    for (let i = 0; i < text.length; i++) {
      store<u8>(this.ptr + this.length++, <u8>text.charCodeAt(i));
    }
  }

  private bytes(ptr: usize, length: u32): void {
    for (let i: u32 = 0; i < length; i++) store<u8>(this.ptr + this.length++, load<u8>(ptr + i));
  }
}

function lastMiddle(ptr: usize, length: u32): i32 {
  for (let i = <i32>length - MIDDLE.length; i >= 0; i--) {
    if (load<u8>(ptr + i) == 0x2e && startsWithLiteral(ptr + i, length - <u32>i, MIDDLE)) return i;
  }
  return -1;
}

function lastDot(ptr: usize, end: u32): i32 {
  for (let i = <i32>end - 1; i >= 0; i--) if (load<u8>(ptr + i) == 0x2e) return i;
  return -1;
}

function firstDot(ptr: usize, start: u32, end: u32): i32 {
  for (let i = start; i < end; i++) if (load<u8>(ptr + i) == 0x2e) return <i32>i;
  return -1;
}
