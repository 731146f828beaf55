// The limits stage: what a request may look like at all, before anybody asks what it means. It
// answers from the headers alone for most requests; sizes are counted as the body comes, and JSON
// is read once it is whole.
import { ConfigValue } from "../../../config/value";
import { Exchange, StageState } from "../../exchange";
import { RequestView } from "../../request-view";
import { Stage } from "../../stage";
import { StatusTable } from "../../status-table";
import { Verdict } from "../../verdict";
import { AddressRules } from "./address-rules";
import { AgentRules } from "./agent-rules";
import { BodyRules } from "./body-rules";
import { LimitsConfig, readLimits } from "./config";
import { CookieRules } from "./cookie-rules";
import { HeaderRules } from "./header-rules";
import { JsonRules } from "./json-rules";
import { PathRules } from "./path-rules";
import { QueryRules } from "./query-rules";
import { RequestLineRules } from "./request-line-rules";
import { limitsStatuses } from "./status";

/** What the stage remembers of a request between callbacks. */
@final
class LimitsState extends StageState {
  /** The body is to be read as JSON. */
  readsJson: bool = false;
  /** `body.maxBytes` was found exceeded in shadow or tag mode: once is enough. */
  toldBody: bool = false;
  /** The same for `json.maxBytes`; such a body is not read. */
  toldJson: bool = false;

  reset(): void {
    this.readsJson = false;
    this.toldBody = false;
    this.toldJson = false;
  }
}

@final
export class LimitsStage extends Stage {
  private rules: LimitsConfig = new LimitsConfig();

  constructor() {
    super(new StatusTable("limits", limitsStatuses));
  }

  configure(root: ConfigValue, seed: u64): bool {
    return readLimits(root, this.rules, this.judge, this.table, seed);
  }

  createState(): StageState | null {
    return new LimitsState();
  }

  get needsAddress(): bool {
    return this.rules.addresses.needsAddress;
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    const judge = this.judge;
    const rules = this.rules;
    judge.begin(exchange.findings, this.index);
    if (rules.addresses.judge(exchange.identity, judge)) return Verdict.Deny;
    if (rules.requestLine.judge(request, judge)) return Verdict.Deny;
    if (!request.isConnect) {
      if (rules.paths.judge(request, judge)) return Verdict.Deny;
      if (rules.queries.judge(request, judge)) return Verdict.Deny;
    }
    if (rules.headers.judge(request, judge)) return Verdict.Deny;
    if (rules.cookies.judge(request, judge)) return Verdict.Deny;
    if (rules.agents.judge(request, judge)) return Verdict.Deny;
    if (rules.bodies.judgeHead(request, judge)) return Verdict.Deny;
    // What the announced length exceeds is told once, not again for the bytes.
    const state = this.state(exchange);
    state.toldBody = request.contentLength > <i64>rules.bodies.maxBytes;
    const json = rules.json;
    if (json === null || !json.applies(request)) return Verdict.Allow;
    if (json.judgeHead(request, judge)) return Verdict.Deny;
    state.readsJson = true;
    state.toldJson = request.contentLength > <i64>json.limits.maxBytes;
    return Verdict.Hold;
  }

  onRequestBody(exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const judge = this.judge;
    const size = exchange.bodyBytes;
    judge.begin(exchange.findings, this.index);
    if (!state.toldBody && size > this.rules.bodies.maxBytes) {
      state.toldBody = true;
      if (this.rules.bodies.judgeSize(size, judge)) return Verdict.Deny;
    }
    const json = this.rules.json;
    if (json === null || !state.readsJson || state.toldJson) return Verdict.Allow;
    if (size <= json.limits.maxBytes) return Verdict.Allow;
    state.toldJson = true;
    return json.judgeSize(size, judge) ? Verdict.Deny : Verdict.Allow;
  }

  onRequestEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    const json = this.rules.json;
    const state = this.state(exchange);
    if (json === null || !state.readsJson || state.toldJson) return Verdict.Allow;
    this.judge.begin(exchange.findings, this.index);
    return json.judgeBody(body, length, this.judge) ? Verdict.Deny : Verdict.Allow;
  }

  private state(exchange: Exchange): LimitsState {
    // The pipeline stored what createState made; a checked cast would cost a type test a callback.
    return changetype<LimitsState>(exchange.states[this.index]);
  }
}
