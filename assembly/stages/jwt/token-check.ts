// One token under one provider: remembered, verified anew, or waiting for a key that is being fetched. What time can change is checked
// each time, everything else once for each token and set of keys. Nothing is allocated.
import { hashBytes } from "../../base/keyed-hash";
import { checkDates } from "../../jose/claims";
import { JwtStatus } from "../../jose/status";
import { Hope } from "../../jwks/key-source";
import { nowNs } from "../../sdk/clock";
import { VerifiedToken } from "../verified-tokens";
import { JwtProvider } from "./provider";
import { JwtStageStatus } from "./status";
import { TokenCache } from "./token-cache";
import { JWT_OK, JWT_WAIT, rowOf } from "./token-row";

/** Flag of a remembered token: it holds the provider's scopes. */
const HAS_SCOPES: u32 = 1;

@final
export class TokenCheck {
  /** The claims of the token checked last, after JWT_OK. Valid until the next token. */
  readonly verified: VerifiedToken = new VerifiedToken();
  /** Values of headers as ClaimOutputs writes them, as long as `verified`. */
  outputs: usize = 0;
  /** Providers whose keys are on their way, a bit each, after JWT_WAIT. */
  awaited: u32 = 0;
  /** The row of a request that cannot wait for them. */
  impatient: i32 = JWT_OK;
  private timeNs: u64 = 0;

  constructor(
    private cache: TokenCache,
    private seed: u64,
  ) {}

  /** A new request: the clock is read anew, once. */
  begin(): void {
    this.timeNs = 0;
    this.awaited = 0;
  }

  /** Whether a provider has verified exactly this token, and it is still good. False says nothing about it. */
  remembers(provider: JwtProvider, token: usize, length: u32): bool {
    if (!provider.hasKeys) return false;
    if (!this.cache.find(provider.mark, token, length, this.verified)) return false;
    return this.recheck(provider) == JWT_OK;
  }

  /** JWT_OK, JWT_WAIT, or the row of what is wrong. */
  run(provider: JwtProvider, token: usize, length: u32): i32 {
    if (provider.hasKeys && this.cache.find(provider.mark, token, length, this.verified)) {
      return this.recheck(provider);
    }
    const verifier = provider.verifier;
    let status = verifier.read(token, length);
    if (status != JwtStatus.Ok) return rowOf(status);
    status = provider.hasKeys ? verifier.verifySignature(token, provider.keys) : JwtStatus.NoKey;
    if ((status == JwtStatus.KidUnknown || status == JwtStatus.NoKey) && provider.remote !== null) {
      const hope = this.seekKey(provider);
      if (hope != JWT_OK) return hope;
      // Takes the hash under the new mark, too.
      this.cache.find(provider.mark, token, length, this.verified);
      status = verifier.verifySignature(token, provider.keys);
    }
    if (status == JwtStatus.Ok) status = this.checkClaims(provider);
    if (status != JwtStatus.Ok) return rowOf(status);
    return this.remember(provider, token, length);
  }

  /** A remembered token. */
  private recheck(provider: JwtProvider): i32 {
    if (!this.readClock()) return rowOf(JwtStatus.Expired);
    const cache = this.cache;
    const nowMs = <i64>(this.timeNs / 1000000);
    const status = checkDates(provider.rules, cache.expMs, cache.nbfMs, cache.iatMs, nowMs);
    if (status != JwtStatus.Ok) return rowOf(status);
    this.outputs = cache.outputs;
    return cache.flags == HAS_SCOPES ? JWT_OK : <i32>JwtStageStatus.InsufficientScope;
  }

  private checkClaims(provider: JwtProvider): JwtStatus {
    // Without a clock no token is known to be alive.
    if (!this.readClock()) return JwtStatus.Expired;
    const verifier = provider.verifier;
    const header = verifier.header;
    return provider.claims.check(
      provider.rules,
      verifier.payloadPtr,
      verifier.payloadLength,
      header.typPtr,
      header.typLength,
      this.timeNs,
    );
  }

  private remember(provider: JwtProvider, token: usize, length: u32): i32 {
    const verifier = provider.verifier;
    const claims = provider.claims;
    const verified = this.verified;
    verified.payload = verifier.payloadPtr;
    verified.payloadLength = verifier.payloadLength;
    verified.issuer = claims.issPtr;
    verified.issuerLength = claims.issLength;
    verified.subject = claims.subPtr;
    verified.subjectLength = claims.subLength;
    const holds = provider.scopes.holds(provider.picker, verified.payload, verified.payloadLength);
    const outputs = provider.outputs;
    if (!outputs.write(provider.picker, verified.payload, verified.payloadLength)) {
      return holds ? <i32>JwtStageStatus.ClaimNotAHeader : <i32>JwtStageStatus.InsufficientScope;
    }
    this.outputs = outputs.ptr;
    const cache = this.cache;
    cache.outputs = outputs.ptr;
    cache.outputsLength = outputs.length;
    cache.expMs = claims.expMs;
    cache.nbfMs = claims.nbfMs;
    cache.iatMs = claims.iatMs;
    cache.flags = holds ? HAS_SCOPES : 0;
    cache.add(provider.mark, token, length, verified);
    return holds ? JWT_OK : <i32>JwtStageStatus.InsufficientScope;
  }

  /**
   * The token's key is not in the set: JWT_OK when it may be there now, JWT_WAIT when it may come, or the row to answer. A token that
   * does not even claim to be this issuer's makes nobody look for its key.
   */
  private seekKey(provider: JwtProvider): i32 {
    const remote = provider.remote;
    if (remote === null) return <i32>JwtStageStatus.KeysUnavailable;
    const hasKeys = provider.hasKeys;
    if (!provider.isClaimed()) return rowOf(hasKeys ? JwtStatus.KidUnknown : JwtStatus.Issuer);
    const row = hasKeys ? rowOf(JwtStatus.KidUnknown) : <i32>JwtStageStatus.KeysUnavailable;
    if (!this.readClock()) return row;
    const header = provider.verifier.header;
    const kid = hashBytes(
      this.seed,
      header.kidPtr,
      header.kidLength,
      header.kidPtr + header.kidLength,
    );
    const hope = remote.source.seek(kid, this.timeNs / 1000000);
    if (hope == Hope.Look) return provider.hasKeys ? JWT_OK : row;
    if (hope == Hope.None) return row;
    this.awaited |= 1 << provider.index;
    this.impatient = row;
    return JWT_WAIT;
  }

  private readClock(): bool {
    if (this.timeNs == 0) this.timeNs = nowNs();
    return this.timeNs != 0;
  }
}
