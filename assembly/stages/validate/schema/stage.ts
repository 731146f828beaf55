// The schema stage: JSON bodies against JSON Schema, by rules that are chosen by path, method and content type; responses as well when
// a rule says so. A body is held until it is whole, read once into rows, and judged in one walk.
import { ConfigValue } from "../../../config/value";
import { MediaType, MediaTypeStatus } from "../../../http/media-type";
import { Access, SchemaNode } from "../../../schema/node";
import { TextJudge, TextVerdict } from "../../../schema/run/text-judge";
import { Exchange, StageState } from "../../exchange";
import { RequestView } from "../../request-view";
import { ResponseView } from "../../response-view";
import { Stage } from "../../stage";
import { StatusTable } from "../../status-table";
import { Verdict } from "../../verdict";
import { isEncoded, readType } from "./body-head";
import { SchemaConfig, SchemaReader } from "./config";
import { beginNote, noteLength, notePtr } from "./evidence";
import { explainText } from "./explain";
import { PlainPath } from "./plain-path";
import { SchemaStatus, schemaStatuses } from "./status";

/** What the stage remembers of a request between callbacks: places of rules, -1 for none. */
@final
class SchemaState extends StageState {
  request: i32 = -1;
  response: i32 = -1;
  /** The announced length was found too large: once is enough. */
  toldSize: bool = false;

  reset(): void {
    this.request = -1;
    this.response = -1;
    this.toldSize = false;
  }
}

@final
export class SchemaStage extends Stage {
  private config: SchemaConfig = new SchemaConfig();
  /** Made when the document is valid and will be used. */
  private json: TextJudge | null = null;
  private path: PlainPath = new PlainPath();
  private type: MediaType = new MediaType();
  private seed: u64 = 0;

  constructor() {
    super(new StatusTable("schema", schemaStatuses));
  }

  configure(root: ConfigValue, seed: u64): bool {
    const section = root.get("validate").get("schema");
    this.seed = seed;
    return new SchemaReader(section, this.config, this.table, seed).read(this.judge);
  }

  prepare(): string {
    const config = this.config;
    const compiler = config.compiler;
    if (compiler === null) return "";
    this.path.prepare();
    const resources = compiler.documents.resources;
    this.json = new TextJudge(resources, config.maxBytes, config.maxValues, this.seed);
    return "";
  }

  dispose(): void {
    const compiler = this.config.compiler;
    if (compiler !== null) compiler.dispose();
    this.json = null;
  }

  createState(): StageState | null {
    return new SchemaState();
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    const state = this.state(exchange);
    this.judge.begin(exchange.findings, this.index);
    if (request.isConnect || request.isGrpc) return Verdict.Allow;
    this.path.read(request);
    const hasType = request.mediaTypeStatus == MediaTypeStatus.Ok;
    const rules = this.config.rules;
    let other = -1;
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i];
      if (!rule.isFor(this.path, request)) continue;
      if (rule.response !== null && state.response < 0) {
        state.response = i;
        exchange.wantsResponse = true;
      }
      if (rule.request === null || state.request >= 0) continue;
      if (!request.endOfStream && !(hasType && rule.takes(request.mediaType))) {
        if (other < 0) other = i;
      } else state.request = i;
    }
    if (request.isTunnel) return Verdict.Allow;
    if (state.request >= 0) return this.judgeHead(request, state);
    // Bodies of types that no rule is for: a schema that a Content-Type can avoid would be none.
    if (other < 0) return Verdict.Allow;
    return this.found(other, SchemaStatus.BodyType) ? Verdict.Deny : Verdict.Allow;
  }

  private judgeHead(request: RequestView, state: SchemaState): Verdict {
    const place = state.request;
    const most = this.config.maxBytes;
    const length = request.contentLength;
    let denies = false;
    if (request.endOfStream) denies = this.found(place, SchemaStatus.BodyMissing);
    else if (isEncoded(request.headers)) denies = this.found(place, SchemaStatus.BodyEncoded);
    else if (length > <i64>most) {
      state.toldSize = true;
      denies = this.found(place, SchemaStatus.BodyTooLarge, <u64>length, most);
    } else return Verdict.Hold;
    state.request = -1;
    return denies ? Verdict.Deny : Verdict.Allow;
  }

  onRequestBody(exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const size = exchange.bodyBytes;
    const most = this.config.maxBytes;
    if (state.request < 0 || size <= most) return Verdict.Allow;
    const place = state.request;
    state.request = -1;
    this.judge.begin(exchange.findings, this.index);
    return this.found(place, SchemaStatus.BodyTooLarge, size, most) ? Verdict.Deny : Verdict.Enough;
  }

  onRequestEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const place = state.request;
    if (place < 0) return Verdict.Allow;
    state.request = -1;
    this.judge.begin(exchange.findings, this.index);
    if (length == 0) {
      return this.found(place, SchemaStatus.BodyMissing) ? Verdict.Deny : Verdict.Allow;
    }
    const schema = this.config.rules[place].request;
    const base = SchemaStatus.BodyMalformed;
    return this.judgeText(place, schema, base, Access.ReadOnly, body, length);
  }

  onResponseHeaders(response: ResponseView, exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const place = state.response;
    if (place < 0 || response.endOfStream || exchange.isGrpc) return this.forget(state);
    const rule = this.config.rules[place];
    if (!rule.isForStatus(response.status)) return this.forget(state);
    this.judge.begin(exchange.findings, this.index);
    const isReadable = response.readHeaders() && !isEncoded(response.headers);
    if (isReadable && readType(response.headers, this.type) && rule.takes(this.type)) {
      return Verdict.Hold;
    }
    state.response = -1;
    return this.found(place, SchemaStatus.ResponseUnread) ? Verdict.Deny : Verdict.Allow;
  }

  private forget(state: SchemaState): Verdict {
    state.response = -1;
    return Verdict.Allow;
  }

  onResponseBody(exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const size = exchange.responseBytes;
    const most = this.config.maxBytes;
    if (state.response < 0 || size <= most) return Verdict.Allow;
    const place = state.response;
    state.response = -1;
    this.judge.begin(exchange.findings, this.index);
    const denies = this.found(place, SchemaStatus.ResponseUnread, size, most);
    return denies ? Verdict.Deny : Verdict.Enough;
  }

  onResponseEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const place = state.response;
    if (place < 0) return Verdict.Allow;
    state.response = -1;
    this.judge.begin(exchange.findings, this.index);
    const schema = this.config.rules[place].response;
    const base = SchemaStatus.ResponseMalformed;
    return this.judgeText(place, schema, base, Access.WriteOnly, body, length);
  }

  /** @param base the status of a text that is no JSON; those of invalid and undecided ones follow it */
  private judgeText(
    place: i32,
    schema: SchemaNode | null,
    base: i32,
    excused: Access,
    ptr: usize,
    length: u32,
  ): Verdict {
    const json = this.json;
    if (json === null || schema === null) return Verdict.Deny;
    const verdict = json.judge(schema, ptr, length, excused);
    if (verdict == TextVerdict.Valid) return Verdict.Allow;
    let status = base;
    if (verdict == TextVerdict.Invalid) status = base + 1;
    else if (verdict == TextVerdict.Undecided) status = base + 2;
    if (!this.judge.looksFor(this.row(place, status))) return Verdict.Allow;
    const denies = this.found(place, status);
    beginNote();
    explainText(json, verdict);
    this.judge.note(notePtr(), noteLength());
    return denies ? Verdict.Deny : Verdict.Allow;
  }

  private row(place: i32, status: i32): i32 {
    return this.config.rules[place].firstStatus + status;
  }

  private found(place: i32, status: i32, observed: u64 = 0, limit: u64 = 0): bool {
    return this.judge.found(this.row(place, status), observed, limit);
  }

  private state(exchange: Exchange): SchemaState {
    // The pipeline stored what createState made; a checked cast would cost a type test a callback.
    return changetype<SchemaState>(exchange.states[this.index]);
  }
}
