// The tokens of a request that the jwt stage has verified, for the stages behind it (authz, rateLimit): their claims as the bytes
// that were signed. Copied, because the request's headers go before its body or an awaited answer comes. Each stream object takes
// its buffer once, with the first token it carries; tokens that do not fit in are refused by the jwt stage, never left out.
import { View } from "../abi/view";
import { Block } from "../base/block";

/** Tokens of one request that are kept; a requirement of more is a requirement nobody writes. */
export const MAX_VERIFIED_TOKENS: i32 = 4;

/**
 * One verified token. Addresses are valid until the stream ends. Single claims are read with `ClaimPicker.find(payload,
 * payloadLength, path)`, scopes with `ScopeRule` (both in stages/jwt).
 */
@final
export class VerifiedToken {
  /** Place of its provider in `jwt.providers`, and its name there. */
  provider: i32 = 0;
  providerName: View = new View();
  /** The decoded payload: one JSON object in UTF-8, without duplicate names, at most 16 levels deep. */
  payload: usize = 0;
  payloadLength: u32 = 0;
  /** `iss` and `sub`, unescaped; a length of 0 when the token has none. */
  issuer: usize = 0;
  issuerLength: u32 = 0;
  subject: usize = 0;
  subjectLength: u32 = 0;
}

@final
export class VerifiedTokens {
  /** Tokens kept, in the order of verification; 0: nobody has proven anything about this request. */
  count: i32 = 0;
  private tokens: VerifiedToken[] = [];
  private buffer: Block | null = null;
  private capacity: u32 = 0;
  private used: u32 = 0;

  /** The token at `index`, 0 to `count - 1`. */
  at(index: i32): VerifiedToken {
    return this.tokens[index];
  }

  /**
   * Keeps a copy of what `token` points at; the provider's name is not copied and must stay.
   * @param capacity bytes that a request's tokens may need together; taken with the first token
   * @returns false when it does not fit, and then nothing of it is kept
   */
  add(token: VerifiedToken, capacity: u32): bool {
    if (this.count == MAX_VERIFIED_TOKENS) return false;
    const all = <u64>token.payloadLength + token.issuerLength + token.subjectLength;
    const block = this.reserve(capacity);
    if (all > this.capacity - this.used) return false;
    const kept = this.tokens[this.count++];
    kept.provider = token.provider;
    kept.providerName = token.providerName;
    kept.payload = this.copy(block, token.payload, token.payloadLength);
    kept.payloadLength = token.payloadLength;
    kept.issuer = this.copy(block, token.issuer, token.issuerLength);
    kept.issuerLength = token.issuerLength;
    kept.subject = this.copy(block, token.subject, token.subjectLength);
    kept.subjectLength = token.subjectLength;
    return true;
  }

  /** Forgets all tokens; the buffer stays. */
  clear(): void {
    this.count = 0;
    this.used = 0;
  }

  private reserve(capacity: u32): Block {
    const own = this.buffer;
    if (own !== null) return own;
    const made = new Block(capacity);
    this.buffer = made;
    this.capacity = capacity;
    for (let i = 0; i < MAX_VERIFIED_TOKENS; i++) this.tokens.push(new VerifiedToken());
    return made;
  }

  private copy(block: Block, ptr: usize, length: u32): usize {
    const at = block.ptr + this.used;
    memory.copy(at, ptr, length);
    this.used += length;
    return at;
  }
}
