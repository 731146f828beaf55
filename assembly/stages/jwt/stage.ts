// The jwt stage: who sent the request, proven by a signed token. It strips the headers that it alone may set, finds what the route
// requires, verifies, and takes the token out. Answers from the headers alone; a request waits only while keys are fetched that may be its.
import { MapType } from "../../abi/constants";
import { View } from "../../abi/view";
import { FASTER_IN_ENVOY, ForeignEngine } from "../../adapters/foreign-engine";
import { ConfigValue } from "../../config/value";
import { KnownHeader } from "../../http/header-name";
import { equalsLiteral } from "../../http/literal";
import { KNOWN_ALGORITHMS } from "../../jose/engine-answers";
import { removeHeader } from "../../sdk/headers";
import { Exchange, StageState } from "../exchange";
import { RequestView } from "../request-view";
import { Stage } from "../stage";
import { StatusTable } from "../status-table";
import { Verdict } from "../verdict";
import { WaitCount, WaitingRequests } from "../waiting-requests";
import { Crypto, JwtConfig, readJwt } from "./config";
import { CredentialKind } from "./credential";
import { EarlyPass } from "./early-pass";
import { Evaluator } from "./evaluator";
import { JwtProvider } from "./provider";
import { Removal } from "./removal";
import { isAmbiguous } from "./route-rule";
import { JwtStageStatus, jwtStatuses } from "./status";
import { JWT_OK, JWT_WAIT } from "./token-row";
import { TokenCache } from "./token-cache";
import { TokenCheck } from "./token-check";

/** How often a request may wait: once for each of two issuers, never again for the same keys. */
const MAX_WAITS: i32 = 2;

@final
export class JwtStage extends Stage {
  private config: JwtConfig = new JwtConfig();
  private evaluator: Evaluator = new Evaluator([], new TokenCheck(new TokenCache(0, 0), 0));
  private early: EarlyPass | null = null;
  private waiting: WaitingRequests = new WaitingRequests();
  private hasRemote: bool = false;
  private removal: Removal = new Removal();
  /** Every header that some provider sets. */
  private outputs: View[] = [];

  constructor() {
    super(new StatusTable("jwt", jwtStatuses));
  }

  configure(root: ConfigValue, seed: u64): bool {
    const config = this.config;
    if (!readJwt(root, config, this.judge, this.table, seed)) return false;
    const check = new TokenCheck(new TokenCache(config.cacheEntries, seed), seed);
    this.evaluator = new Evaluator(config.providers, check);
    for (let i = 0; i < config.providers.length; i++) {
      this.arrange(config.providers[i]);
      if (config.providers[i].remote !== null) this.hasRemote = true;
    }
    this.early = new EarlyPass(config, check, this.outputs);
    return true;
  }

  prepare(): string {
    if (!this.chooseEngine())
      return 'jwt.crypto is "envoy", and this host has no right verify_signature';
    const plugin = this.plugin;
    const providers = this.config.providers;
    for (let i = 0; i < providers.length; i++) {
      const remote = providers[i].remote;
      if (remote !== null && plugin !== null) remote.attach(plugin, this.calloutTag(i));
    }
    return "";
  }

  /** False: the host was asked for, and cannot verify. */
  private chooseEngine(): bool {
    const crypto = this.config.crypto;
    if (crypto == Crypto.Builtin) return true;
    const providers = this.config.providers;
    let longest: u32 = 0;
    for (let i = 0; i < providers.length; i++) longest = max(longest, providers[i].maxTokenBytes);
    const engine = new ForeignEngine(longest);
    const isForced = crypto == Crypto.Envoy;
    const wanted = isForced ? KNOWN_ALGORITHMS : FASTER_IN_ENVOY;
    const taken = engine.probe(wanted);
    for (let i = 0; i < providers.length && taken != 0; i++) providers[i].verifier.engine = engine;
    return !isForced || taken == wanted;
  }

  get needsTick(): bool {
    return this.hasRemote;
  }

  onTick(): void {
    const providers = this.config.providers;
    for (let i = 0; i < providers.length; i++) {
      const remote = providers[i].remote;
      if (remote !== null && remote.tick()) this.waiting.resume(1 << i);
    }
  }

  onPluginHttpCallResponse(tag: u32, headerCount: u32, bodySize: u32, trailerCount: u32): void {
    const providers = this.config.providers;
    if (tag >= <u32>providers.length) return;
    const remote = providers[tag].remote;
    if (remote !== null && remote.answered(headerCount, bodySize)) this.waiting.resume(1 << tag);
  }

  get waitLimitMs(): u32 {
    return this.config.keyWaitMs;
  }

  get needsBody(): bool {
    return false;
  }

  createState(): StageState | null {
    return this.hasRemote ? new WaitCount() : null;
  }

  /** RFC 6750 §3: what the client lacks; without a token nothing but the scheme. */
  challenge(status: i32): string {
    let text = `Bearer realm="${this.config.realm}"`;
    const metadata = this.config.resourceMetadata;
    if (metadata.length > 0) text += `, resource_metadata="${metadata}"`;
    if (status == <i32>JwtStageStatus.Missing) return text;
    const httpStatus = this.table.rows[status].httpStatus;
    if (httpStatus == 401) return text + ', error="invalid_token"';
    if (httpStatus == 403) return text + ', error="insufficient_scope"';
    return text + ', error="invalid_request"';
  }

  get hasEarlyPass(): bool {
    const early = this.early;
    return early !== null && early.isPossible;
  }

  passesEarly(): bool {
    const early = this.early;
    return early !== null && early.run();
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    const judge = this.judge;
    judge.begin(exchange.findings, this.index);
    this.strip(request);
    if (this.config.bypassCorsPreflight && isPreflight(request)) return Verdict.Allow;
    if (this.config.rules.length > 0 && isAmbiguous(request.target.pathFlags)) {
      if (judge.found(JwtStageStatus.PathAmbiguous)) return Verdict.Deny;
    }
    return this.decide(request, exchange);
  }

  onResume(request: RequestView, exchange: Exchange): Verdict {
    this.judge.begin(exchange.findings, this.index);
    // What the first try wrote for another provider's token is written again, if that is still good.
    this.strip(request);
    return this.decide(request, exchange);
  }

  onWaitExpired(request: RequestView, exchange: Exchange): Verdict {
    this.waiting.remove(exchange);
    const state = this.stateOf(exchange);
    if (state !== null) state.waits = MAX_WAITS;
    return this.onResume(request, exchange);
  }

  onAbandoned(exchange: Exchange): void {
    this.waiting.remove(exchange);
  }

  dispose(): void {
    const providers = this.config.providers;
    for (let i = 0; i < providers.length; i++) providers[i].dispose();
  }

  private decide(request: RequestView, exchange: Exchange): Verdict {
    const judge = this.judge;
    const requirement = this.config.requirementOf(request.path, request.target.pathLength);
    if (requirement === null) return Verdict.Allow;
    const evaluator = this.evaluator;
    let status = evaluator.run(requirement, request, exchange);
    if (status == JWT_WAIT) {
      if (this.waits(exchange)) return Verdict.Wait;
      status = evaluator.check.impatient;
    }
    if (status != JWT_OK) return judge.found(status) ? Verdict.Deny : Verdict.Allow;
    const spent = evaluator.spent;
    if (spent.count == 0 || this.removal.run(spent, request)) return Verdict.Allow;
    return judge.found(JwtStageStatus.CredentialNotRemovable) ? Verdict.Deny : Verdict.Allow;
  }

  /** Finds a request a place to wait for keys. False: it has none, or has waited enough. */
  private waits(exchange: Exchange): bool {
    const state = this.stateOf(exchange);
    if (state === null || state.waits >= MAX_WAITS) return false;
    if (!this.waiting.add(exchange, this.evaluator.check.awaited)) return false;
    state.waits++;
    return true;
  }

  private stateOf(exchange: Exchange): WaitCount | null {
    const state = exchange.states[this.index];
    return state !== null ? <WaitCount>state : null;
  }

  private arrange(provider: JwtProvider): void {
    const header = provider.payloadHeader;
    if (header !== null) this.outputs.push(header);
    const outputs = provider.outputs.list;
    for (let i = 0; i < outputs.length; i++) this.outputs.push(outputs[i].header);
    if (provider.forward) return;
    for (let i = 0; i < provider.locations.length; i++) {
      if (provider.locations[i].kind != CredentialKind.Header) this.removal.prepare();
    }
  }

  /** Takes out what a client wrote into headers of ours, on every route: the upstream trusts them. */
  private strip(request: RequestView): void {
    const outputs = this.outputs;
    for (let i = 0; i < outputs.length; i++) {
      const name = outputs[i];
      if (request.headers.find(name.ptr, name.length) < 0) continue;
      removeHeader(MapType.RequestHeaders, name);
    }
  }
}

/** A CORS preflight (Fetch §3.2.2): browsers send it without credentials. */
function isPreflight(request: RequestView): bool {
  if (!equalsLiteral(request.method, request.methodLength, "OPTIONS")) return false;
  if (request.headers.first(KnownHeader.Origin) < 0) return false;
  return request.headers.findLiteral("access-control-request-method") >= 0;
}
