// RSASSA-PKCS1-v1_5 verification, RFC 8017 §8.2.2. The one encoding that a correct signer produces
// is built and compared octet by octet; nothing of what came is parsed. Parsing is what made the
// forgeries of CVE-2006-4339 and its kin possible (short padding, BER lengths, missing NULL,
// trailing bytes).
import { Hash, hashBytes } from "../hash/hash";
import { rsaPower, rsaSignatureBytes } from "./rsa";

const RECOVERED: usize = memory.data(1024, 16);

// DigestInfo up to the digest, RFC 8017 §9.2 note 1; 19 octets each.
const PREFIX_BYTES: usize = 19;
// prettier-ignore
const PREFIXES: usize = memory.data<u8>([
  0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
  0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30,
  0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40,
]);

/**
 * True when `signature` over a message with this digest (hashBytes(hash) octets) was made with the
 * key.
 */
export function rsaVerifyPkcs1(
  key: usize,
  hash: Hash,
  digest: usize,
  signature: usize,
  size: usize,
): bool {
  if (!rsaPower(key, signature, size, RECOVERED)) return false;
  const length = rsaSignatureBytes(key);
  const tail = PREFIX_BYTES + hashBytes(hash);
  // RFC 8017 §9.2 step 3: at least eight octets of padding.
  if (length < tail + 11) return false;
  const digestAt = RECOVERED + length - hashBytes(hash);
  const prefixAt = digestAt - PREFIX_BYTES;
  if (load<u16>(RECOVERED) != 0x0100 || load<u8>(prefixAt - 1) != 0) return false;
  for (let at = RECOVERED + 2; at < prefixAt - 1; at++) {
    if (load<u8>(at) != 0xff) return false;
  }
  if (memory.compare(prefixAt, PREFIXES + <usize>hash * PREFIX_BYTES, PREFIX_BYTES) != 0)
    return false;
  return memory.compare(digestAt, digest, hashBytes(hash)) == 0;
}
