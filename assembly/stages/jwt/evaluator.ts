// Holds a request against a requirement: finds its tokens, verifies them, and hands on what was verified: claims in headers to the
// upstream, issuer and subject to the stages behind. One token for one decision: where several providers would do, the request may
// still carry only one. Nothing is allocated.
import { MapType, Status } from "../../abi/constants";
import { isFieldValue } from "../../abi/field";
import { View } from "../../abi/view";
import { indexOfByte } from "../../base/find-byte";
import { hashBytes } from "../../base/keyed-hash";
import { JsonEvent } from "../../json/event";
import { JwtStatus } from "../../jose/status";
import { Hope } from "../../jwks/key-source";
import { nowNs } from "../../sdk/clock";
import { replaceHeader } from "../../sdk/headers";
import { Exchange } from "../exchange";
import { RequestView } from "../request-view";
import { VerifiedToken } from "../verified-tokens";
import { CredentialList } from "./credential";
import { JwtProvider } from "./provider";
import { Requirement, RequirementKind } from "./requirement";
import { JwtStageStatus } from "./status";
import { JWT_OK, JWT_WAIT, rowOf } from "./token-row";
import { TokenCache } from "./token-cache";

@final
export class Evaluator {
  /** Tokens that were verified and are not to go on. */
  readonly spent: CredentialList = new CredentialList();
  private found: CredentialList = new CredentialList();
  private value: View = new View();
  private request: RequestView = new RequestView();
  private exchange: Exchange | null = null;
  private timeNs: u64 = 0;
  private verified: VerifiedToken = new VerifiedToken();
  /** Bytes of all claims of a request: as many as the longest token of any provider has. */
  private claimBytes: u32 = 0;

  constructor(
    private providers: JwtProvider[],
    private cache: TokenCache,
    private seed: u64,
  ) {
    for (let i = 0; i < providers.length; i++) {
      this.claimBytes = max(this.claimBytes, providers[i].maxTokenBytes);
    }
  }

  /** Providers whose keys are on their way, a bit each, after JWT_WAIT. */
  awaited: u32 = 0;
  /** The row of a request that cannot wait for them. */
  impatient: i32 = JWT_OK;

  /**
   * JWT_OK, the row of what is wrong, or JWT_WAIT when it depends on keys that are being fetched: then it may be run again. `spent`
   * holds what must be taken out when all is well.
   */
  run(requirement: Requirement, request: RequestView, exchange: Exchange): i32 {
    this.request = request;
    this.exchange = exchange;
    this.timeNs = 0;
    this.awaited = 0;
    this.spent.clear();
    exchange.identity.tokens.clear();
    const status = this.evaluate(requirement);
    this.exchange = null;
    return status;
  }

  private evaluate(requirement: Requirement): i32 {
    if (requirement.kind == RequirementKind.Provider) return this.one(requirement.provider);
    if (requirement.kind == RequirementKind.Any) return this.any(requirement);
    const children = requirement.children;
    for (let i = 0; i < children.length; i++) {
      const status = this.evaluate(children[i]);
      if (status != JWT_OK) return status;
    }
    return JWT_OK;
  }

  /** Of the failures the one that got furthest is told: another issuer's keys know nothing of it. */
  private any(requirement: Requirement): i32 {
    const children = requirement.children;
    const found = this.found;
    found.clear();
    for (let i = 0; i < children.length; i++) {
      const child = children[i];
      if (child.kind != RequirementKind.Provider) continue;
      this.providers[child.provider].collect(this.request, found);
    }
    if (found.hasMany) {
      return requirement.allowFailed ? JWT_OK : <i32>JwtStageStatus.MultipleCredentials;
    }
    let furthest = <i32>JwtStageStatus.Missing;
    let waits = false;
    for (let i = 0; i < children.length; i++) {
      const status = this.evaluate(children[i]);
      if (status == JWT_OK) return JWT_OK;
      if (status == JWT_WAIT) waits = true;
      else if (rank(status) > rank(furthest)) furthest = status;
    }
    if (waits) return JWT_WAIT;
    if (requirement.allowFailed) return JWT_OK;
    const isMissing = furthest == <i32>JwtStageStatus.Missing;
    return isMissing && requirement.allowMissing ? JWT_OK : furthest;
  }

  private one(index: i32): i32 {
    const provider = this.providers[index];
    const found = this.found;
    found.clear();
    provider.collect(this.request, found);
    if (found.hasMany) return <i32>JwtStageStatus.MultipleCredentials;
    if (found.count == 0) return <i32>JwtStageStatus.Missing;
    const credential = found.at(0);
    const token = credential.ptr;
    const status = this.verify(provider, token, credential.length);
    if (status != JWT_OK) return status;
    const verifier = provider.verifier;
    const payload = verifier.payloadPtr;
    const length = verifier.payloadLength;
    if (!provider.scopes.holds(provider.picker, payload, length)) {
      return <i32>JwtStageStatus.InsufficientScope;
    }
    if (!this.identify(provider)) return <i32>JwtStageStatus.ClaimsTooLong;
    if (!this.writeClaims(provider, payload, length)) return <i32>JwtStageStatus.ClaimNotAHeader;
    if (!this.writePayload(provider, token, credential.length)) {
      return <i32>JwtStageStatus.ClaimNotAHeader;
    }
    const location = credential.location;
    if (!provider.forward && location !== null) {
      this.spent.add(token, credential.length, location);
    }
    return JWT_OK;
  }

  private verify(provider: JwtProvider, token: usize, length: u32): i32 {
    const verifier = provider.verifier;
    let status = verifier.read(token, length);
    if (status != JwtStatus.Ok) return rowOf(status);
    let mark = provider.mark;
    let isKnown = false;
    if (provider.hasKeys) {
      isKnown = this.cache.has(mark, token, length);
      if (!isKnown) status = verifier.verifySignature(token, provider.keys);
    } else status = JwtStatus.NoKey;
    if ((status == JwtStatus.KidUnknown || status == JwtStatus.NoKey) && provider.remote !== null) {
      const hope = this.seekKey(provider);
      if (hope != JWT_OK) return hope;
      mark = provider.mark;
      isKnown = this.cache.has(mark, token, length);
      status = verifier.verifySignature(token, provider.keys);
    }
    if (status != JwtStatus.Ok) return rowOf(status);
    // Without a clock no token is known to be alive.
    if (!this.readClock()) return rowOf(JwtStatus.Expired);
    const header = verifier.header;
    status = provider.claims.check(
      provider.rules,
      verifier.payloadPtr,
      verifier.payloadLength,
      header.typPtr,
      header.typLength,
      this.timeNs,
    );
    if (status == JwtStatus.Ok && !isKnown) this.cache.add(mark, token, length);
    return rowOf(status);
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

  /** Scalars alone become headers; what is absent or nested sets none. False: a value is not fit for a header. */
  private writeClaims(provider: JwtProvider, payload: usize, length: u32): bool {
    const outputs = provider.outputs;
    const picker = provider.picker;
    const value = picker.value;
    for (let i = 0; i < outputs.length; i++) {
      const event = picker.find(payload, length, outputs[i].path);
      if (event < JsonEvent.String || event == JsonEvent.Null) continue;
      if (!isFieldValue(value.ptr, value.length)) return false;
      const status = replaceHeader(MapType.RequestHeaders, outputs[i].header, value);
      if (status != Status.Ok) return false;
    }
    return true;
  }

  /** The payload is base64url already: the middle of the token. */
  private writePayload(provider: JwtProvider, token: usize, length: u32): bool {
    const header = provider.payloadHeader;
    if (header === null) return true;
    const start = indexOfByte(token, 0, length, 0x2e) + 1;
    const end = indexOfByte(token, start, length, 0x2e);
    this.value.set(token + start, end - start);
    return replaceHeader(MapType.RequestHeaders, header, this.value) == Status.Ok;
  }

  /** Tells the stages behind who sent the request. False: there is no room for these claims. */
  private identify(provider: JwtProvider): bool {
    const exchange = this.exchange;
    if (exchange === null) return true;
    const claims = provider.claims;
    const identity = exchange.identity;
    const token = this.verified;
    token.provider = provider.index;
    token.providerName = provider.name;
    token.payload = provider.verifier.payloadPtr;
    token.payloadLength = provider.verifier.payloadLength;
    token.issuer = claims.issPtr;
    token.issuerLength = claims.issLength;
    token.subject = claims.subPtr;
    token.subjectLength = claims.subLength;
    if (!identity.tokens.add(token, this.claimBytes)) return false;
    identity.setPrincipal(claims.issPtr, claims.issLength, claims.subPtr, claims.subLength);
    return true;
  }
}

/** How far a token came before it failed. */
function rank(status: i32): i32 {
  return status > 0 && status < <i32>JwtStageStatus.FirstOfToken ? status + 1000 : status;
}
