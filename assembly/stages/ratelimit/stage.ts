// The rate-limit stage: reads its section, makes tables and metrics, and hands each callback of a request to the walk (walk.ts).
import { ConfigValue } from "../../config/value";
import { Need } from "../../identity/request-facts";
import { nowNs } from "../../sdk/clock";
import { Exchange, StageState } from "../exchange";
import { TokenClaims } from "../jwt/token-claims";
import { RequestView } from "../request-view";
import { ResponseView } from "../response-view";
import { Stage } from "../stage";
import { StatusTable } from "../status-table";
import { Mode, Verdict } from "../verdict";
import { RateLimitConfig, readRateLimit } from "./config";
import { Policy } from "./policy";
import { RequestReader } from "./request-reader";
import { Rows } from "./rows";
import { Service } from "./service";
import { CallResult } from "./service-counters";
import { RateLimitStatus, isFailure, rateLimitStatuses } from "./status";
import { Walk } from "./walk";

@final
export class RateLimitStage extends Stage {
  private config: RateLimitConfig = new RateLimitConfig();
  private reader: RequestReader = new RequestReader();
  /** Made from the section. */
  private walk: Walk | null = null;
  private needs: u32 = 0;
  private entropy: u64 = 0;
  /** Some policy has something to do when a stream is over. */
  private settlesAtEnd: bool = false;
  /** Some policy's cost grows with the body. */
  private countsBodies: bool = false;
  /** How the call of the exchange that resumes now has ended. */
  private result: CallResult = CallResult.Error;

  /** @param claims what the jwt stage before this one has verified; null: the filter has none */
  constructor(private claims: TokenClaims | null) {
    super(new StatusTable("ratelimit", ""));
  }

  configure(root: ConfigValue, seed: u64): bool {
    const config = this.config;
    const policies = config.policies;
    this.entropy = seed;
    if (!readRateLimit(root, config, this.reader.clientIp, this.claims !== null)) return false;
    for (let i = 0; i < policies.length; i++) {
      const policy = policies[i];
      this.needs |= policy.needs;
      this.addRows(policy);
      if (policy.settlesAtEnd) this.settlesAtEnd = true;
      if (policy.cost.bytesPerToken > 0) this.countsBodies = true;
    }
    this.judge.learn(this.table);
    this.walk = new Walk(config, this.judge, this.reader, this.claims);
    if ((this.needs & Need.Path) != 0) this.reader.wantPaths();
    return true;
  }

  /** The section's statuses once for each policy, in that policy's mode. */
  private addRows(policy: Policy): void {
    const rows = new StatusTable("ratelimit", rateLimitStatuses).rows;
    for (let status = 0; status < rows.length; status++) {
      const row = rows[status];
      const isOpen = policy.failOpen && isFailure(<RateLimitStatus>status);
      row.defaultMode = isOpen ? Mode.Shadow : policy.mode;
      row.policy = policy.name;
      this.table.rows.push(row);
    }
  }

  prepare(): string {
    const config = this.config;
    const walk = this.walk;
    if (walk === null) return "";
    const refused =
      "shared data cannot be used: allow proxy_get_shared_data and proxy_set_shared_data";
    if (!walk.identifier.seed.load(this.entropy, config.hashSecret)) return refused;
    for (let i = 0; i < config.policies.length; i++) {
      if (!config.policies[i].prepare(config.namespace)) return refused;
    }
    const service = walk.service;
    if (service !== null) service.counters.define();
    return "";
  }

  dispose(): void {
    const policies = this.config.policies;
    for (let i = 0; i < policies.length; i++) policies[i].match.dispose();
  }

  createState(): StageState | null {
    return new Rows(this.config.policies, this.service !== null);
  }

  get needsAddress(): bool {
    return (this.needs & Need.Address) != 0;
  }

  get needsBody(): bool {
    return this.countsBodies;
  }

  get needsTick(): bool {
    return true;
  }

  get needsEnd(): bool {
    return this.settlesAtEnd;
  }

  get waitLimitMs(): u32 {
    const service = this.config.service;
    return service === null ? 5000 : service.waitLimitMs;
  }

  onTick(): void {
    const now = nowNs();
    const policies = this.config.policies;
    for (let i = 0; i < policies.length; i++) policies[i].publish(now);
    const service = this.service;
    if (service !== null) service.publish();
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    this.judge.begin(exchange.findings, this.index);
    const walk = this.walk;
    return walk === null ? Verdict.Deny : walk.begin(request, exchange, this.rowsOf(exchange));
  }

  onGrpcMessage(tag: u32, size: u32, exchange: Exchange): void {
    const service = this.service;
    if (service === null) return;
    this.result = service.readAnswer();
    exchange.resume();
  }

  onGrpcClose(tag: u32, status: i32, exchange: Exchange): void {
    const service = this.service;
    if (service === null) return;
    this.result = service.readFailure();
    exchange.resume();
  }

  onResume(request: RequestView, exchange: Exchange): Verdict {
    return this.resumed(this.result, exchange);
  }

  /** No answer within the call's own timeout, which Envoy should have reported. */
  onWaitExpired(request: RequestView, exchange: Exchange): Verdict {
    return this.resumed(CallResult.Timeout, exchange);
  }

  onResponseHeaders(response: ResponseView, exchange: Exchange): Verdict {
    const walk = this.walk;
    if (walk !== null) walk.answered(response, exchange, this.rowsOf(exchange));
    return Verdict.Allow;
  }

  onResponsePiece(ptr: usize, length: u32, endOfStream: bool, exchange: Exchange): void {
    const walk = this.walk;
    if (walk !== null) walk.read(ptr, length, endOfStream, this.rowsOf(exchange));
  }

  onEnd(exchange: Exchange): void {
    const walk = this.walk;
    if (walk !== null) walk.end(exchange, this.rowsOf(exchange));
  }

  private get service(): Service | null {
    const walk = this.walk;
    return walk === null ? <Service | null>null : walk.service;
  }

  private resumed(result: CallResult, exchange: Exchange): Verdict {
    this.judge.begin(exchange.findings, this.index);
    const walk = this.walk;
    if (walk === null) return Verdict.Deny;
    return walk.resume(result, exchange, this.rowsOf(exchange));
  }

  private rowsOf(exchange: Exchange): Rows {
    // The pipeline stored what createState made; a checked cast would cost a type test a callback.
    return changetype<Rows>(exchange.states[this.index]);
  }
}
