// PEM blocks (RFC 7468): the label decides what is inside, nothing is guessed. Text around blocks
// is not allowed, apart from blank space; lines may end in LF or CR LF and may have any length.
import { NOT_BASE64, decodeBase64 } from "../../base/base64";
import { KeyStatus } from "./status";
import { PublicKey } from "./public-key";

const BEGIN = "-----BEGIN ";
const END = "-----END ";
const DASHES = "-----";

/**
 * Reads one PEM block into a key. The decoded bytes stay in memory of this object until `dispose`.
 */
@final
export class PemReader {
  private decoded: usize = 0;

  /**
   * Reads "PUBLIC KEY", "RSA PUBLIC KEY" or "CERTIFICATE" from a text that holds exactly one block.
   * The views of `key` point into memory of this reader.
   */
  read(key: PublicKey, ptr: usize, length: usize): KeyStatus {
    const end = trimEnd(ptr, ptr + length);
    let at = trimStart(ptr, end);
    if (!isAt(at, end, BEGIN)) return KeyStatus.Pem;
    const label = at + BEGIN.length;
    const labelEnd = find(label, end, DASHES);
    if (labelEnd == 0) return KeyStatus.Pem;
    const body = labelEnd + DASHES.length;
    const bodyEnd = find(body, end, END);
    if (bodyEnd == 0) return KeyStatus.Pem;
    at = bodyEnd + END.length;
    const size = labelEnd - label;
    const closes =
      end - at == size + DASHES.length &&
      memory.compare(at, label, size) == 0 &&
      isAt(at + size, end, DASHES);
    if (!closes) return KeyStatus.Pem;
    const count = this.decode(body, bodyEnd);
    if (count < 0) return KeyStatus.PemBase64;
    const der = this.decoded;
    if (isLabel(label, size, "PUBLIC KEY")) return key.readSpki(der, count);
    if (isLabel(label, size, "RSA PUBLIC KEY")) return key.readPkcs1(der, count);
    if (isLabel(label, size, "CERTIFICATE")) return key.readCertificate(der, count);
    return KeyStatus.Pem;
  }

  /** Frees the decoded bytes; views into them end here. */
  dispose(): void {
    if (this.decoded != 0) heap.free(this.decoded);
    this.decoded = 0;
  }

  /** Copies the letters without line breaks and blanks, and decodes them in place. */
  private decode(at: usize, end: usize): i32 {
    this.dispose();
    const copy = heap.alloc(end - at + 4);
    this.decoded = copy;
    let count: u32 = 0;
    for (; at < end; at++) {
      const byte = load<u8>(at);
      if (isBlank(byte)) continue;
      store<u8>(copy + count, byte);
      count++;
    }
    return count == 0 ? NOT_BASE64 : decodeBase64(copy, copy, count);
  }
}

function isBlank(byte: u8): bool {
  return byte == 0x0a || byte == 0x0d || byte == 0x20 || byte == 0x09;
}

function trimStart(at: usize, end: usize): usize {
  while (at < end && isBlank(load<u8>(at))) at++;
  return at;
}

function trimEnd(start: usize, end: usize): usize {
  while (end > start && isBlank(load<u8>(end - 1))) end--;
  return end;
}

function isAt(at: usize, end: usize, text: string): bool {
  if (at + text.length > end) return false;
  for (let i = 0; i < text.length; i++) {
    if (load<u8>(at + i) != <u8>text.charCodeAt(i)) return false;
  }
  return true;
}

function isLabel(label: usize, size: usize, text: string): bool {
  return size == <usize>text.length && isAt(label, label + size, text);
}

/** Address of the first occurrence, or 0. */
function find(at: usize, end: usize, text: string): usize {
  for (; at + text.length <= end; at++) {
    if (load<u8>(at) == <u8>text.charCodeAt(0) && isAt(at, end, text)) return at;
  }
  return 0;
}
