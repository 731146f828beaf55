// The content stage: what a request carries, looked at value by value. Path, query, headers and cookies are
// judged with the headers; a body is held until it is whole, and judged by its format. Stands behind limits,
// which say what may come at all.
import { KnownHeader } from "../../../http/header-name";
import { FormFields } from "../../../fields/pairs";
import { SingleField } from "../../../fields/headers";
import { Place } from "../../../fields/field";
import { MultipartBoundary } from "../../../http/multipart-boundary";
import { equalsLiteralFolded } from "../../../http/literal";
import { ConfigValue } from "../../../config/value";
import { Exchange, StageState } from "../../exchange";
import { Judge } from "../../judge";
import { RequestView } from "../../request-view";
import { Stage } from "../../stage";
import { StatusTable } from "../../status-table";
import { Verdict } from "../../verdict";
import { BodyCheck } from "./body-check";
import { BodyFormat, formatOf, guessFormat } from "./body-format";
import { ContentConfig, readContent } from "./config";
import { HeaderCheck } from "./header-check";
import { Inspector } from "./inspector";
import { ContentStatus, contentStatuses } from "./status";

/** What the stage remembers of a request between callbacks. */
@final
class ContentState extends StageState {
  format: BodyFormat = BodyFormat.None;
  exceptions: u64 = 0;
  isPartial: bool = false;
  /** The announced length was found too large: once is enough. */
  toldSize: bool = false;
  readonly boundary: MultipartBoundary = new MultipartBoundary();

  reset(): void {
    this.format = BodyFormat.None;
    this.exceptions = 0;
    this.isPartial = false;
    this.toldSize = false;
  }
}

/** What a configuration in use works with. */
@final
class Checks {
  readonly inspector: Inspector;
  readonly body: BodyCheck;
  private headers: HeaderCheck;
  private forms: FormFields = new FormFields();
  private single: SingleField = new SingleField();

  constructor(rules: ContentConfig, judge: Judge, seed: u64) {
    const inspector = new Inspector(rules.injection, judge);
    this.inspector = inspector;
    this.headers = new HeaderCheck(rules.injection, inspector, seed);
    this.body = new BodyCheck(rules.injection, inspector, judge, rules.bodies, rules.uploads);
  }

  /** Path, query, headers and cookies. True when a finding denies the request. */
  judgeHead(request: RequestView, pathLength: u32): bool {
    const inspector = this.inspector;
    if (pathLength > 0) {
      this.single.open(request.path, pathLength, Place.Path);
      this.single.next();
      if (inspector.inspect(this.single)) return true;
    }
    const target = request.target;
    if (!request.isConnect && target.queryLength > 0) {
      const fields = this.forms;
      fields.open(request.path + target.queryStart, target.queryLength, Place.Query);
      while (fields.next()) if (inspector.inspect(fields)) return true;
    }
    return this.headers.judge(request.headers);
  }
}

@final
export class ContentStage extends Stage {
  private rules: ContentConfig = new ContentConfig();
  /** Made when the document is valid and will be used. */
  private checks: Checks | null = null;
  private seed: u64 = 0;

  constructor() {
    super(new StatusTable("content", contentStatuses));
  }

  configure(root: ConfigValue, seed: u64): bool {
    this.seed = seed;
    return readContent(root, this.rules, this.judge, this.table);
  }

  prepare(): string {
    this.checks = new Checks(this.rules, this.judge, this.seed);
    return "";
  }

  createState(): StageState | null {
    return new ContentState();
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    const checks = this.checks;
    if (checks === null) return Verdict.Deny;
    const pathLength = request.isConnect ? 0 : request.target.pathLength;
    const state = this.state(exchange);
    state.exceptions = this.rules.injection.exceptionsFor(request.path, pathLength);
    this.begin(checks, state, exchange);
    if (checks.judgeHead(request, pathLength)) return Verdict.Deny;
    if (request.endOfStream || request.isTunnel || request.isGrpc) return Verdict.Allow;
    return this.judgeBodyHead(request, state);
  }

  /** What the headers say of the body. */
  private judgeBodyHead(request: RequestView, state: ContentState): Verdict {
    const judge = this.judge;
    const row = request.headers.first(KnownHeader.ContentEncoding);
    if (row >= 0) {
      const value = request.headers.value(row);
      const isPlain = equalsLiteralFolded(value, request.headers.valueLength(row), "identity");
      if (!isPlain) return judge.found(ContentStatus.BodyEncoded) ? Verdict.Deny : Verdict.Allow;
    }
    const format = formatOf(request);
    if (format == BodyFormat.Unknown) {
      return judge.found(ContentStatus.BodyUnknown) ? Verdict.Deny : Verdict.Allow;
    }
    if (format == BodyFormat.Multipart) {
      const type = request.headers.first(KnownHeader.ContentType);
      state.boundary.read(request.headers.value(type), request.headers.valueLength(type));
    }
    if (!this.rules.reads(format)) return Verdict.Allow;
    const length = request.contentLength;
    if (!this.rules.bodies.processPartial && length > 0) {
      const most = this.rules.bodies.maxBytes;
      if (judge.exceeds(ContentStatus.BodyTooLarge, <u64>length, most)) return Verdict.Deny;
      state.toldSize = <u64>length > most;
    }
    state.format = format;
    return Verdict.Hold;
  }

  onRequestBody(exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const most = this.rules.bodies.maxBytes;
    if (state.format == BodyFormat.None || exchange.bodyBytes <= most) return Verdict.Allow;
    this.judge.begin(exchange.findings, this.index);
    const size = exchange.bodyBytes;
    if (!state.toldSize && this.judge.exceeds(ContentStatus.BodyTooLarge, size, most)) {
      return Verdict.Deny;
    }
    state.isPartial = true;
    return Verdict.Enough;
  }

  onRequestEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    const checks = this.checks;
    if (checks === null) return Verdict.Deny;
    const state = this.state(exchange);
    const announced = state.format;
    state.format = BodyFormat.None;
    if (length == 0 || announced == BodyFormat.None) return Verdict.Allow;
    this.begin(checks, state, exchange);
    const size = min(length, this.rules.bodies.maxBytes);
    const isGuess = announced == BodyFormat.Guess;
    const format = isGuess ? guessFormat(body, size) : announced;
    if (format == BodyFormat.None) return Verdict.Allow;
    const check = checks.body;
    const denies =
      isGuess && format == BodyFormat.Json
        ? check.checkJsonOrText(body, size)
        : check.check(format, body, size, state.boundary, state.isPartial);
    return denies ? Verdict.Deny : Verdict.Allow;
  }

  private begin(checks: Checks, state: ContentState, exchange: Exchange): void {
    this.judge.begin(exchange.findings, this.index);
    checks.inspector.exceptions = state.exceptions;
  }

  private state(exchange: Exchange): ContentState {
    // The pipeline stored what createState made; a checked cast would cost a type test a callback.
    return changetype<ContentState>(exchange.states[this.index]);
  }
}
