// The authz stage: may this request do what it asks for? Revoked and wrongly bound tokens first, then the policies in Istio's order:
// AUDIT, DENY, ALLOW, rules in shadow mode beside those that are enforced. Without any ALLOW policy a request passes, unless the
// section denies by default. Answers from the headers alone; a request with a token waits only until the first list of revoked tokens
// is there, when one is fetched.
import { Status } from "../../abi/constants";
import { View } from "../../abi/view";
import { CertificateBinding } from "../../authz/certificate-binding";
import { ClaimSlot } from "../../authz/claim-paths";
import { ClaimKind } from "../../authz/claim-values";
import { RuleSet } from "../../authz/rule";
import { ConfigValue } from "../../config/value";
import { nowNs } from "../../sdk/clock";
import { getBool, getProperty, numberRead } from "../../sdk/property";
import { Hope } from "../../jwks/key-source";
import { Exchange, StageState } from "../exchange";
import { isAmbiguous } from "../jwt/route-rule";
import { RequestView } from "../request-view";
import { Stage } from "../stage";
import { StatusRow, StatusTable } from "../status-table";
import { Mode, Verdict } from "../verdict";
import { WaitCount, WaitingRequests } from "../waiting-requests";
import { readAuthz } from "./config";
import { AuthzConfig, Binding, RuleInfo } from "./model";
import { RequestFacts } from "./request-facts";
import { AuthzStatus, authzStatuses } from "./status";

/** Longest time a request waits for the first list of revoked tokens. */
const WAIT_MS: u32 = 2000;

@final
export class AuthzStage extends Stage {
  private config: AuthzConfig = new AuthzConfig(0);
  private facts: RequestFacts = new RequestFacts(new AuthzConfig(0));
  private binding: CertificateBinding = new CertificateBinding();
  private mtlsPath: View = View.of("connection\0mtls");
  private digestPath: View = View.of("connection\0sha256_peer_certificate_digest");
  private value: View = new View();
  private waiting: WaitingRequests = new WaitingRequests();

  constructor() {
    super(new StatusTable("authz", authzStatuses));
  }

  configure(root: ConfigValue, seed: u64): bool {
    const config = new AuthzConfig(seed);
    this.config = config;
    if (!readAuthz(root, config, this.judge, this.table)) return false;
    this.addRows();
    this.facts = new RequestFacts(config);
    return true;
  }

  /** A row for each rule that can say something: its policy and number stand in audit lines. */
  private addRows(): void {
    const rows = this.table.rows;
    for (let i = 0; i < rows.length; i++) rows[i].defaultMode = this.judge.mode(i);
    const rules = this.config.rules;
    for (let i = 0; i < rules.length; i++) {
      const info = rules[i];
      const base = rows[info.status];
      const mode = info.isShadow ? Mode.Shadow : base.defaultMode;
      info.row = rows.length;
      const row = new StatusRow(
        base.name,
        base.httpStatus,
        base.grpcStatus,
        mode,
        base.text,
        info.policy,
      );
      row.rule = info.index;
      rows.push(row);
    }
    this.judge.learn(this.table);
  }

  prepare(): string {
    const remote = this.config.remoteDenied;
    const plugin = this.plugin;
    if (remote !== null && plugin !== null) remote.attach(plugin, this.calloutTag(0));
    return "";
  }

  get needsTick(): bool {
    return this.config.remoteDenied !== null;
  }

  onTick(): void {
    const remote = this.config.remoteDenied;
    if (remote !== null && remote.tick()) this.waiting.resume(1);
  }

  onPluginHttpCallResponse(tag: u32, headerCount: u32, bodySize: u32, trailerCount: u32): void {
    const remote = this.config.remoteDenied;
    if (remote !== null && remote.answered(headerCount, bodySize)) this.waiting.resume(1);
  }

  get waitLimitMs(): u32 {
    return WAIT_MS;
  }

  createState(): StageState | null {
    return this.config.remoteDenied !== null ? new WaitCount() : null;
  }

  /** RFC 6750 §3. */
  challenge(status: i32): string {
    const text = `Bearer realm="${this.config.realm}"`;
    const name = this.table.rows[status].name;
    if (this.table.rows[status].httpStatus == 401) return text + ', error="invalid_token"';
    if (name != "insufficient_scope") return "";
    const rule = status - <i32>AuthzStatus.Count;
    const scope = rule < 0 ? "" : this.config.rules[rule].scope;
    const named = scope.length > 0 ? `, scope="${scope}"` : "";
    return `${text}, error="insufficient_scope"${named}`;
  }

  get needsBody(): bool {
    return false;
  }

  get needsAddress(): bool {
    return this.config.usesAddress;
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    const config = this.config;
    const judge = this.judge;
    const facts = this.facts;
    judge.begin(exchange.findings, this.index);
    if (config.usesPaths && isAmbiguous(request.target.pathFlags)) {
      if (judge.found(AuthzStatus.PathAmbiguous)) return Verdict.Deny;
    }
    facts.begin(request, exchange);
    return this.decide(exchange);
  }

  onResume(request: RequestView, exchange: Exchange): Verdict {
    this.judge.begin(exchange.findings, this.index);
    this.facts.begin(request, exchange);
    return this.decide(exchange);
  }

  onWaitExpired(request: RequestView, exchange: Exchange): Verdict {
    this.waiting.remove(exchange);
    return this.onResume(request, exchange);
  }

  onAbandoned(exchange: Exchange): void {
    this.waiting.remove(exchange);
  }

  private decide(exchange: Exchange): Verdict {
    const facts = this.facts;
    if (this.lacksList(facts)) {
      if (this.waits(exchange)) return Verdict.Wait;
      if (this.judge.found(AuthzStatus.RevocationUnavailable)) return Verdict.Deny;
    }
    return this.refusesTokens(facts) || this.decides(facts) ? Verdict.Deny : Verdict.Allow;
  }

  /** There is a token, and the list that could name it is not there, or too old. */
  private lacksList(facts: RequestFacts): bool {
    const remote = this.config.remoteDenied;
    return remote !== null && !remote.source.isUsable && facts.tokenCount() > 0;
  }

  /** Lets a request wait for the list. False: it is not being fetched, or the request has waited. */
  private waits(exchange: Exchange): bool {
    const state = exchange.states[this.index];
    const remote = this.config.remoteDenied;
    if (state === null || remote === null || (<WaitCount>state).waits > 0) return false;
    if (remote.source.seek(0, nowNs() / 1000000) != Hope.Wait) return false;
    if (!this.waiting.add(exchange, 1)) return false;
    (<WaitCount>state).waits++;
    return true;
  }

  /** The policies. True: denied. */
  private decides(facts: RequestFacts): bool {
    const config = this.config;
    if (config.audit.isActive) this.reports(config.audit, facts);
    if (config.denyShadow.isActive) this.reports(config.denyShadow, facts);
    if (config.deny.isActive && this.reports(config.deny, facts)) return true;
    if (config.allowShadow.isActive && config.allowShadow.next(facts) < 0) {
      this.judge.found(AuthzStatus.NotAllowedShadow);
    }
    let allowed = !config.deniesByDefault && !config.allow.isActive;
    let short = -1;
    if (config.allow.isActive) {
      allowed = config.allow.next(facts) >= 0;
      short = facts.shortRule;
    }
    // What could not be read might have decided otherwise: it denies on its own.
    if (facts.fault >= 0 && this.judge.found(facts.fault)) return true;
    if (allowed) return false;
    return this.judge.found(short >= 0 ? this.config.rules[short].row : AuthzStatus.NotAllowed);
  }

  /** Reports every rule that holds, up to the first that denies. True: it does. */
  private reports(rules: RuleSet, facts: RequestFacts): bool {
    let place = rules.next(facts);
    while (place >= 0) {
      const info: RuleInfo = this.config.rules[rules.at(place).number];
      if (this.judge.found(info.row)) return true;
      place = rules.next(facts, place + 1);
    }
    return false;
  }

  /** Revocation and certificate binding of every token. True: denied. */
  private refusesTokens(facts: RequestFacts): bool {
    const config = this.config;
    const denied = config.denied;
    const remote = config.remoteDenied;
    if (denied.size == 0 && remote === null && config.binding == Binding.Off) return false;
    const count = facts.tokenCount();
    for (let i = 0; i < count; i++) {
      facts.select(i);
      const claims = facts.claims;
      if (claims === null) continue;
      if (facts.fault >= 0 && this.judge.found(facts.fault)) return true;
      const isRevoked = denied.has(claims) || (remote !== null && remote.list.has(claims));
      if (isRevoked && this.judge.found(AuthzStatus.Revoked)) return true;
      const wrong = this.bindingFault(facts);
      if (wrong >= 0 && this.judge.found(wrong)) return true;
    }
    return false;
  }

  /** What is wrong with the binding of the selected token, or -1. */
  private bindingFault(facts: RequestFacts): i32 {
    const config = this.config;
    const claims = facts.claims;
    if (config.binding == Binding.Off || claims === null) return -1;
    const slot = ClaimSlot.Thumbprint;
    if (claims.kind(slot) == ClaimKind.Absent) {
      return config.binding == Binding.Required ? AuthzStatus.BindingMissing : -1;
    }
    if (claims.kind(slot) != ClaimKind.Text) return AuthzStatus.BindingMismatch;
    const value = this.value;
    if (getBool(this.mtlsPath, value) != Status.Ok || numberRead() != 1) {
      return AuthzStatus.BindingMismatch;
    }
    if (getProperty(this.digestPath, value) != Status.Ok) return AuthzStatus.BindingMismatch;
    const thumbprint = claims.ptr(slot, 0);
    const length = claims.length(slot, 0);
    const isSame = this.binding.matches(thumbprint, length, value.ptr, value.length);
    return isSame ? -1 : AuthzStatus.BindingMismatch;
  }
}
