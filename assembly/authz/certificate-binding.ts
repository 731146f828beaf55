// RFC 8705 §3.1: a token's `cnf` names the SHA-256 of the certificate that its client uses, as base64url; Envoy gives that of the
// connection as 64 hexadecimal digits.
import { encodeBase64Url } from "../base/base64";
import { Block } from "../base/block";
import { decodeHex } from "../base/hex";
import { sameBytes } from "./text";

const DIGEST_BYTES: u32 = 32;
const THUMBPRINT_BYTES: u32 = 43;

@final
export class CertificateBinding {
  private digest: Block = new Block(DIGEST_BYTES);
  private text: Block = new Block(THUMBPRINT_BYTES + 1);

  /**
   * Whether a thumbprint is that of the connection's certificate.
   * @param hex digest of the certificate, 64 digits; anything else binds to nothing
   */
  matches(thumbprint: usize, length: u32, hex: usize, hexLength: u32): bool {
    if (length != THUMBPRINT_BYTES || hexLength != 2 * DIGEST_BYTES) return false;
    if (decodeHex(this.digest.ptr, hex, hexLength) != <i32>DIGEST_BYTES) return false;
    encodeBase64Url(this.text.ptr, this.digest.ptr, DIGEST_BYTES);
    return sameBytes(this.text.ptr, thumbprint, THUMBPRINT_BYTES);
  }
}
