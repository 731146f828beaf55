// The openapi stage: requests, and responses on request, against a description of the API. Path, method, credential and parameters are
// judged with the headers; a body that the description has a schema for is held until it is whole.
import { KnownHeader } from "../../../http/header-name";
import { equalsLiteral } from "../../../http/literal";
import { MediaType } from "../../../http/media-type";
import { MultipartBoundary } from "../../../http/multipart-boundary";
import { TargetFlag, TargetForm } from "../../../http/request-target";
import { ApiFault } from "../../../openapi/fault";
import { Media, Operation } from "../../../openapi/model";
import { answerOf, mediaOf } from "../../../openapi/run/answer-check";
import { BodyKind, kindOfType } from "../../../openapi/run/body-kind";
import { Engine } from "../../../openapi/run/engine";
import { ConfigValue } from "../../../config/value";
import { Access } from "../../../schema/node";
import { TextVerdict } from "../../../schema/run/text-judge";
import { Exchange, StageState } from "../../exchange";
import { RequestView } from "../../request-view";
import { ResponseView } from "../../response-view";
import { Stage } from "../../stage";
import { StatusTable } from "../../status-table";
import { Verdict } from "../../verdict";
import { isEncoded, readType } from "../schema/body-head";
import { BodyPart, BodyStep } from "./body-part";
import { OpenApiConfig, readOpenApi } from "./config";
import { openapiStatuses } from "./status";
import { StageWitness } from "./witness";

/** Paths that a service may read as another: they meet no template. */
const enum Odd {
  Flags = TargetFlag.DotSegment |
    TargetFlag.DotSegmentParameter |
    TargetFlag.Backslash |
    TargetFlag.EncodedBackslash |
    TargetFlag.Fragment,
}

/** What the stage remembers of a request between callbacks. */
@final
class OpenApiState extends StageState {
  operation: Operation | null = null;
  /** What the body that is held has to be: of the request, then of the response. */
  media: Media | null = null;
  kind: BodyKind = BodyKind.Other;
  readonly boundary: MultipartBoundary = new MultipartBoundary();

  reset(): void {
    this.operation = null;
    this.media = null;
  }
}

@final
export class OpenApiStage extends Stage {
  private config: OpenApiConfig = new OpenApiConfig();
  private witness: StageWitness = new StageWitness();
  private bodies: BodyPart = new BodyPart();
  private type: MediaType = new MediaType();
  /** Made when the document is valid and will be used. */
  private engine: Engine | null = null;
  private seed: u64 = 0;

  constructor() {
    super(new StatusTable("openapi", openapiStatuses));
  }

  configure(root: ConfigValue, seed: u64): bool {
    this.seed = seed;
    return readOpenApi(root, this.config, this.judge, this.table, seed);
  }

  prepare(): string {
    const config = this.config;
    const api = config.api;
    if (api === null) return "";
    const engine = new Engine(api, config.maxBytes, config.maxValues, this.seed);
    engine.texts.validator.refusesExcused = config.refusesReadOnly;
    this.engine = engine;
    return "";
  }

  dispose(): void {
    const api = this.config.api;
    if (api !== null) api.dispose();
    this.engine = null;
  }

  createState(): StageState | null {
    return new OpenApiState();
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    const engine = this.engine;
    if (engine === null) return Verdict.Deny;
    if (this.passes(request)) return Verdict.Allow;
    const witness = this.begin(exchange, null);
    const target = request.target;
    const isPlain = target.form == TargetForm.Origin && (target.pathFlags & Odd.Flags) == 0;
    const head = engine.head;
    head.path = request.path;
    head.pathLength = isPlain ? target.pathLength : 0;
    head.query = request.path + target.queryStart;
    head.queryLength = target.queryLength;
    head.headers = request.headers;
    if (engine.judgeHead(request.method, request.methodLength, witness)) return Verdict.Deny;
    const operation = engine.operation;
    if (operation === null) return Verdict.Allow;
    const state = this.state(exchange);
    state.operation = operation;
    exchange.wantsResponse = this.config.looksAtResponses;
    if (request.isTunnel) return Verdict.Allow;
    const step = this.bodies.judge(request, operation, this.config.maxBytes, witness);
    if (step != BodyStep.Hold) return step == BodyStep.Deny ? Verdict.Deny : Verdict.Allow;
    state.media = this.bodies.media;
    state.kind = this.bodies.kind;
    if (state.kind == BodyKind.Multipart) {
      const row = request.headers.first(KnownHeader.ContentType);
      state.boundary.read(request.headers.value(row), request.headers.valueLength(row));
    }
    return Verdict.Hold;
  }

  private passes(request: RequestView): bool {
    const methods = this.config.passMethods;
    for (let i = 0; i < methods.length; i++) {
      if (equalsLiteral(request.method, request.methodLength, methods[i])) return true;
    }
    return false;
  }

  onRequestBody(exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const size = exchange.bodyBytes;
    if (state.media === null || size <= this.config.maxBytes) return Verdict.Allow;
    state.media = null;
    return this.tooLarge(exchange, size, ApiFault.BodyTooLarge);
  }

  private tooLarge(exchange: Exchange, size: u64, fault: ApiFault): Verdict {
    const witness = this.begin(exchange, this.state(exchange).operation);
    witness.observed = size;
    witness.limit = this.config.maxBytes;
    return witness.found(fault) ? Verdict.Deny : Verdict.Enough;
  }

  onRequestEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const media = state.media;
    const operation = state.operation;
    state.media = null;
    if (media === null || operation === null) return Verdict.Allow;
    if (length == 0) {
      const spec = operation.body;
      if (spec === null || !spec.isRequired) return Verdict.Allow;
      const witness = this.begin(exchange, operation);
      return witness.found(ApiFault.BodyMissing) ? Verdict.Deny : Verdict.Allow;
    }
    return this.judgeBody(media, ApiFault.BodyMalformed, Access.ReadOnly, body, length, exchange);
  }

  onResponseHeaders(response: ResponseView, exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const operation = state.operation;
    const engine = this.engine;
    if (operation === null || engine === null || !response.readHeaders()) return Verdict.Allow;
    const witness = this.begin(exchange, operation);
    const answer = answerOf(operation, response.status);
    if (answer === null) {
      return witness.found(ApiFault.ResponseUnknown) ? Verdict.Deny : Verdict.Allow;
    }
    const headers = response.headers;
    if (engine.answers.judgeHeaders(answer, headers, witness)) return Verdict.Deny;
    if (response.endOfStream || answer.media.length == 0) return Verdict.Allow;
    const media = readType(headers, this.type) ? mediaOf(answer.media, this.type) : null;
    if (media === null) return told(witness, ApiFault.ResponseType);
    state.kind = kindOfType(this.type);
    if (media.node === null || state.kind == BodyKind.Other || !this.judgesAnswers) {
      return Verdict.Allow;
    }
    if (isEncoded(headers)) return told(witness, ApiFault.ResponseUnread);
    state.media = media;
    return Verdict.Hold;
  }

  private get judgesAnswers(): bool {
    const judge = this.judge;
    return (
      judge.looksFor(ApiFault.ResponseInvalid) ||
      judge.looksFor(ApiFault.ResponseMalformed) ||
      judge.looksFor(ApiFault.ResponseUndecided)
    );
  }

  onResponseBody(exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const size = exchange.responseBytes;
    if (state.media === null || size <= this.config.maxBytes) return Verdict.Allow;
    state.media = null;
    return this.tooLarge(exchange, size, ApiFault.ResponseUnread);
  }

  onResponseEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const media = state.media;
    state.media = null;
    if (media === null) return Verdict.Allow;
    const fault = ApiFault.ResponseMalformed;
    return this.judgeBody(media, fault, Access.WriteOnly, body, length, exchange);
  }

  /** @param base the fault of a body that is not well-formed; those of invalid and undecided ones follow it */
  private judgeBody(
    media: Media,
    base: i32,
    excused: Access,
    body: usize,
    length: u32,
    exchange: Exchange,
  ): Verdict {
    const engine = this.engine;
    if (engine === null) return Verdict.Deny;
    const state = this.state(exchange);
    const bodies = engine.bodies;
    const verdict = bodies.judge(media, state.kind, state.boundary, body, length, excused);
    if (verdict == TextVerdict.Valid) return Verdict.Allow;
    const witness = this.begin(exchange, state.operation);
    const validator = engine.texts.validator;
    witness.misfit = bodies.misfit;
    witness.top = verdict == TextVerdict.Invalid ? bodies.top : 0;
    witness.row = witness.top == 0 ? 0 : validator.failedRow;
    witness.keyword = validator.failedKeyword;
    witness.missing = validator.missingPtr;
    witness.missingLength = validator.missingLength;
    const isInvalid = verdict == TextVerdict.Invalid;
    const step = verdict == TextVerdict.Malformed ? 0 : isInvalid ? 1 : 2;
    return told(witness, <ApiFault>(base + step));
  }

  private begin(exchange: Exchange, operation: Operation | null): StageWitness {
    this.judge.begin(exchange.findings, this.index);
    this.witness.begin(this.judge, operation);
    return this.witness;
  }

  private state(exchange: Exchange): OpenApiState {
    // The pipeline stored what createState made; a checked cast would cost a type test a callback.
    return changetype<OpenApiState>(exchange.states[this.index]);
  }
}

function told(witness: StageWitness, fault: ApiFault): Verdict {
  return witness.found(fault) ? Verdict.Deny : Verdict.Allow;
}
