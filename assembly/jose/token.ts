// Compact JWS verification (RFC 7515 §5.2) in the order that gives an attacker least: size, form,
// encoding, header, key, signature. The payload is decoded and left for claims.ts. Buffers are
// taken once; a verification allocates nothing.
import { Block } from "../base/block";
import { NOT_BASE64, decodeBase64Url } from "../base/base64";
import { Answer, SignatureEngine } from "./engine";
import { TokenHeader } from "./header";
import { JoseKey } from "./key";
import { KeySet } from "./key-set";
import { JwtStatus } from "./status";

/** Default limit of a token in bytes. */
export const DEFAULT_TOKEN_BYTES: u32 = 8192;

@final
export class TokenVerifier {
  readonly header: TokenHeader;
  /** The decoded payload of the token verified last; valid until the next one. */
  payloadPtr: usize = 0;
  payloadLength: u32 = 0;
  /** Who is asked first for the algorithms it takes; null: nobody. */
  engine: SignatureEngine | null = null;
  private buffer: Block;
  private signature: usize = 0;
  private signatureLength: i32 = 0;

  /**
   * @param maxTokenBytes longest token; its decoded parts are kept in a buffer of that size
   * @param algorithms the algorithms allowed here, a bit each (algorithm.ts)
   * @param seed random number for the table of header names
   */
  constructor(
    private maxTokenBytes: u32,
    private algorithms: u32,
    seed: u64,
  ) {
    this.header = new TokenHeader(seed);
    this.buffer = new Block(maxTokenBytes + 16);
  }

  /**
   * Verifies `length` bytes at `token` against a key set. The token is the whole value: nothing
   * around it is skipped.
   */
  verify(token: usize, length: u32, keys: KeySet): JwtStatus {
    const status = this.read(token, length);
    return status == JwtStatus.Ok ? this.verifySignature(token, keys) : status;
  }

  /**
   * The second half of `verify`: algorithm, key and signature of the token that `read` has just taken
   * apart and called Ok.
   */
  verifySignature(token: usize, keys: KeySet): JwtStatus {
    const header = this.header;
    if (((this.algorithms >> header.algorithm) & 1) == 0) return JwtStatus.AlgNotAllowed;
    const status = keys.find(header.algorithm, header.kidPtr, header.kidLength);
    const key = keys.chosen;
    if (status != JwtStatus.Ok || key === null) return status;
    const size = <usize>this.signatureLength;
    if (size != key.signatureBytes(header.algorithm)) return JwtStatus.SignatureLength;
    const answer = this.askEngine(key, token, <u32>size);
    if (answer != Answer.Unable) return answer == Answer.Good ? JwtStatus.Ok : JwtStatus.Signature;
    const ok = key.verify(header.algorithm, token, this.signedBytes, this.signature, size);
    keys.warm();
    return ok ? JwtStatus.Ok : JwtStatus.Signature;
  }

  private askEngine(key: JoseKey, token: usize, size: u32): Answer {
    const engine = this.engine;
    const algorithm = this.header.algorithm;
    if (engine === null || !engine.takes(algorithm)) return Answer.Unable;
    return engine.verify(algorithm, key, token, <u32>this.signedBytes, this.signature, size);
  }

  private signedBytes: usize = 0;

  /** Takes the token apart and reads its header; no key is needed for this much. */
  read(token: usize, length: u32): JwtStatus {
    this.payloadLength = 0;
    if (length > this.maxTokenBytes) return JwtStatus.TokenTooLong;
    const end = token + length;
    const first = findDot(token, end);
    if (first == end || first == token) return JwtStatus.Malformed;
    const second = findDot(first + 1, end);
    if (second == end || second + 1 == end) return JwtStatus.Malformed;
    if (findDot(second + 1, end) != end) return JwtStatus.Malformed;
    let out = this.buffer.ptr;
    const headerLength = decodeBase64Url(out, token, <u32>(first - token));
    if (headerLength == NOT_BASE64) return JwtStatus.HeaderBase64;
    const status = this.header.read(out, headerLength);
    if (status != JwtStatus.Ok) return status;
    out += headerLength;
    const payloadLength = decodeBase64Url(out, first + 1, <u32>(second - first - 1));
    if (payloadLength == NOT_BASE64) return JwtStatus.PayloadBase64;
    this.payloadPtr = out;
    this.payloadLength = payloadLength;
    out += payloadLength;
    this.signature = out;
    this.signatureLength = decodeBase64Url(out, second + 1, <u32>(end - second - 1));
    if (this.signatureLength == NOT_BASE64) return JwtStatus.SignatureBase64;
    this.signedBytes = second - token;
    return JwtStatus.Ok;
  }
}

function findDot(at: usize, end: usize): usize {
  while (at < end && load<u8>(at) != 0x2e) at++;
  return at;
}
