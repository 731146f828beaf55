// Holds a request against a requirement: finds its tokens, verifies them, and hands on what was verified: claims in headers to the
// upstream, issuer and subject to the stages behind. One token for one decision: where several providers would do, the request may
// still carry only one. Nothing is allocated.
import { Exchange } from "../exchange";
import { RequestView } from "../request-view";
import { CredentialList } from "./credential";
import { OutputWriter } from "./output-writer";
import { JwtProvider } from "./provider";
import { Requirement, RequirementKind } from "./requirement";
import { JwtStageStatus } from "./status";
import { TokenCheck } from "./token-check";
import { JWT_OK, JWT_WAIT } from "./token-row";

@final
export class Evaluator {
  /** Tokens that were verified and are not to go on. */
  readonly spent: CredentialList = new CredentialList();
  private found: CredentialList = new CredentialList();
  private writer: OutputWriter = new OutputWriter();
  private request: RequestView = new RequestView();
  private exchange: Exchange | null = null;
  /** Bytes of all claims of a request: as many as the longest token of any provider has. */
  private claimBytes: u32 = 0;

  constructor(
    private providers: JwtProvider[],
    readonly check: TokenCheck,
  ) {
    for (let i = 0; i < providers.length; i++) {
      this.claimBytes = max(this.claimBytes, providers[i].maxTokenBytes);
    }
  }

  /**
   * JWT_OK, the row of what is wrong, or JWT_WAIT when it depends on keys that are being fetched: then it may be run again. `spent`
   * holds what must be taken out when all is well.
   */
  run(requirement: Requirement, request: RequestView, exchange: Exchange): i32 {
    this.request = request;
    this.exchange = exchange;
    this.check.begin();
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
    const status = this.check.run(provider, token, credential.length);
    if (status != JWT_OK) return status;
    if (!this.identify(provider)) return <i32>JwtStageStatus.ClaimsTooLong;
    const outputs = this.check.outputs;
    if (!this.writer.write(provider, outputs, token, credential.length)) {
      return <i32>JwtStageStatus.ClaimNotAHeader;
    }
    const location = credential.location;
    if (!provider.forward && location !== null) {
      this.spent.add(token, credential.length, location);
    }
    return JWT_OK;
  }

  /** Tells the stages behind who sent the request. False: there is no room for these claims. */
  private identify(provider: JwtProvider): bool {
    const exchange = this.exchange;
    if (exchange === null) return true;
    const identity = exchange.identity;
    const token = this.check.verified;
    token.provider = provider.index;
    token.providerName = provider.name;
    if (!identity.tokens.add(token, this.claimBytes)) return false;
    identity.setPrincipal(token.issuer, token.issuerLength, token.subject, token.subjectLength);
    return true;
  }
}

/** How far a token came before it failed. */
function rank(status: i32): i32 {
  return status > 0 && status < <i32>JwtStageStatus.FirstOfToken ? status + 1000 : status;
}
