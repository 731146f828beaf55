// Envoy's `verify_signature` (BoringSSL) as an engine of the jose room: RSASSA-PKCS1-v1_5 and ECDSA, native code for the dear algorithms.
// Its argument is a protobuf message {1 hash, 2 key as SPKI DER, 3 signature, 4 text}, its answer {1 verdict, 2 error}; it parses the key at
// each call and knows no policy, so both stay ours. It cannot do PSS, EdDSA, HMAC or secp256k1.
import { Status } from "../abi/constants";
import { View } from "../abi/view";
import { Block } from "../base/block";
import { DER_SIGNATURE_BYTES, DER_SPKI_BYTES, ecdsaSignatureToDer } from "../crypto/key/der-writer";
import { startsWithLiteral } from "../http/literal";
import { Algorithm } from "../jose/algorithm";
import { Answer, SignatureEngine } from "../jose/engine";
import { KNOWN_ALGORITHMS, answersRightly } from "../jose/engine-answers";
import { JoseKey } from "../jose/key";
import { callForeign } from "../sdk/foreign";

/** Bytes of a message that are none of its fields' contents: four tags, four lengths of at most three bytes, the hash's name. */
const FRAME_BYTES: u32 = 4 + 4 * 3 + 6;
/** Longest RSA signature. */
const SIGNATURE_BYTES: u32 = 1024;

/**
 * What Envoy verifies faster than this module (docs/performance.md), a bit each: RS256, RS384 and RS512. Curves with the table of a
 * key are faster here.
 */
export const FASTER_IN_ENVOY: u32 = 0x0070;

@final
export class ForeignEngine extends SignatureEngine {
  private name: View = View.of("verify_signature");
  private argument: Block;
  private answer: View = new View();
  private isThere: bool = true;
  private der: Block = new Block(<u32>DER_SIGNATURE_BYTES);

  /** @param maxTextBytes longest signed text; longer ones are left to others */
  constructor(private maxTextBytes: u32) {
    super();
    this.argument = new Block(FRAME_BYTES + <u32>DER_SPKI_BYTES + SIGNATURE_BYTES + maxTextBytes);
  }

  /**
   * Asks the host for known answers, and takes those of `wanted` (a bit each) that it knows. Configure time.
   * @returns the algorithms it takes
   */
  probe(wanted: u32): u32 {
    this.algorithms = 0;
    let taken: u32 = 0;
    this.isThere = true;
    for (let a = <u32>Algorithm.RS256; a <= <u32>Algorithm.ES512 && this.isThere; a++) {
      const isWanted = ((wanted & KNOWN_ALGORITHMS) >> a) & 1;
      if (isWanted != 0 && answersRightly(this, <Algorithm>a)) taken |= 1 << a;
    }
    this.algorithms = taken;
    return taken;
  }

  verify(
    algorithm: Algorithm,
    key: JoseKey,
    message: usize,
    length: u32,
    signature: usize,
    size: u32,
  ): Answer {
    if (length > this.maxTextBytes || key.spkiBytes == 0) return Answer.Unable;
    if (algorithm >= Algorithm.ES256) {
      size = <u32>ecdsaSignatureToDer(this.der.ptr, signature, size >> 1);
      signature = this.der.ptr;
    }
    const start = this.argument.ptr;
    let at = hashName(start, algorithm);
    at = field(at, 0x12, key.spki, key.spkiBytes);
    at = field(at, 0x1a, signature, size);
    at = field(at, 0x22, message, length);
    const answer = this.answer;
    const status = callForeign(this.name, start, <u32>(at - start), answer);
    if (status == Status.Ok) return verdictOf(answer);
    // What Envoy says of an argument that it does not like; anything else is about the function itself.
    this.isThere = status == Status.BadArgument;
    return Answer.Unable;
  }
}

/** {1: 1} is yes. {2: text} is no when it is the digest that did not fit; any other text is about the key or the hash. */
function verdictOf(answer: View): Answer {
  const ptr = answer.ptr;
  const length = answer.length;
  if (length == 2 && load<u8>(ptr) == 0x08 && load<u8>(ptr, 1) == 1) return Answer.Good;
  let at: u32 = length >= 2 && load<u8>(ptr) == 0x08 && load<u8>(ptr, 1) == 0 ? 2 : 0;
  if (at + 2 > length || load<u8>(ptr + at) != 0x12) return Answer.Unable;
  at += 2;
  const isVerdict = startsWithLiteral(ptr + at, length - at, "Failed to verify digest");
  return isVerdict ? Answer.Bad : Answer.Unable;
}

/** Field 1: "sha256", "sha384" or "sha512". */
function hashName(at: usize, algorithm: Algorithm): usize {
  const place = (<u32>algorithm - <u32>Algorithm.HS256) % 3;
  store<u16>(at, 0x060a);
  store<u8>(at, 0x73, 2);
  store<u16>(at, 0x6168, 3);
  store<u8>(at, place == 0 ? 0x32 : place == 1 ? 0x33 : 0x35, 5);
  store<u8>(at, place == 0 ? 0x35 : place == 1 ? 0x38 : 0x31, 6);
  store<u8>(at, place == 0 ? 0x36 : place == 1 ? 0x34 : 0x32, 7);
  return at + 8;
}

/** A field of bytes: tag, length as a varint of at most three bytes, contents. */
function field(at: usize, tag: u8, ptr: usize, length: u32): usize {
  store<u8>(at++, tag);
  let rest = length;
  while (rest >= 0x80) {
    store<u8>(at++, <u8>(rest | 0x80));
    rest >>= 7;
  }
  store<u8>(at++, <u8>rest);
  memory.copy(at, ptr, length);
  return at + length;
}
