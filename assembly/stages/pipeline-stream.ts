// One request on its way through the stages, and the only place where their verdicts become
// Continue, a pause or a reply. The order of a request: headers, any number of body pieces, then
// its end, which comes with the last piece, alone, or as trailers. Whatever a stage holds is judged
// at that end, in either form.
import { BufferType, DataAction, HeadersAction, Status, TrailersAction } from "../abi/constants";
import { View } from "../abi/view";
import { KnownHeader } from "../http/header-name";
import { readBody } from "../sdk/body";
import { HttpStream } from "../sdk/http-stream";
import { Root } from "../sdk/root";
import { isHarmlessId } from "./audit-line";
import { Exchange } from "./exchange";
import { RequestStatus } from "./request-status";
import { RequestView } from "./request-view";
import { StageList } from "./stage-list";
import { Verdict } from "./verdict";

@final
export class PipelineStream extends HttpStream {
  private exchange: Exchange;
  private body: View = new View();

  constructor(
    root: Root,
    private list: StageList,
  ) {
    super(root);
    const stages = list.stages;
    this.exchange = new Exchange(stages.length);
    for (let i = 0; i < stages.length; i++) this.exchange.states[i] = stages[i].createState();
  }

  reset(): void {
    this.exchange.reset();
  }

  onRequestHeaders(count: u32, endOfStream: bool): HeadersAction {
    const exchange = this.exchange;
    const list = this.list;
    const request = list.request;
    if (!list.readRequest(endOfStream)) return this.unreadableHeaders();
    exchange.isGrpc = request.isGrpc;
    exchange.wantsBody = !endOfStream && !request.isTunnel;
    if (list.needsAddress) list.readAddress(exchange);
    const verdict = this.askStages(request);
    if (exchange.findings.count > 0 || exchange.wantsBody) noteRequestId(request, exchange);
    if (verdict == Verdict.Deny) {
      this.deny();
      return HeadersAction.StopIteration;
    }
    list.reporter.tag(exchange, request.headers);
    list.reporter.publish(exchange);
    exchange.holdsBody = verdict == Verdict.Hold && exchange.wantsBody;
    if (!exchange.holdsBody || !list.holdsHead) return HeadersAction.Continue;
    // Every pause has a limit: without the plugin flag no body would ever come, and the client gets
    // a 504.
    this.watch();
    return HeadersAction.StopIteration;
  }

  onRequestBody(size: u32, endOfStream: bool): DataAction {
    const exchange = this.exchange;
    if (exchange.isOver || !exchange.wantsBody) return DataAction.Continue;
    // Envoy gives the whole of what it buffers, or only the new piece of what it does not.
    exchange.bodyBytes = exchange.holdsBody ? size : exchange.bodyBytes + size;
    const stages = this.list.stages;
    for (let i = 0; i < stages.length; i++) {
      if (stages[i].onRequestBody(exchange) != Verdict.Deny) continue;
      this.deny();
      return DataAction.StopIterationNoBuffer;
    }
    if (exchange.findings.count > 0) this.list.reporter.publish(exchange);
    if (!endOfStream) {
      return exchange.holdsBody ? DataAction.StopIterationAndBuffer : DataAction.Continue;
    }
    return this.passesEnd() ? DataAction.Continue : DataAction.StopIterationNoBuffer;
  }

  onRequestTrailers(count: u32): TrailersAction {
    return this.passesEnd() ? TrailersAction.Continue : TrailersAction.StopIteration;
  }

  onResponseHeaders(count: u32, endOfStream: bool): HeadersAction {
    const exchange = this.exchange;
    if (!exchange.wantsResponse) return HeadersAction.Continue;
    exchange.wantsResponse = false;
    const status = this.list.readResponseStatus();
    const stages = this.list.stages;
    for (let i = 0; i < stages.length; i++) stages[i].onResponseHeaders(status, exchange);
    return HeadersAction.Continue;
  }

  private askStages(request: RequestView): Verdict {
    const stages = this.list.stages;
    const exchange = this.exchange;
    let verdict = Verdict.Allow;
    for (let i = 0; i < stages.length; i++) {
      const answer = stages[i].onRequestHeaders(request, exchange);
      if (answer == Verdict.Deny) return Verdict.Deny;
      if (answer == Verdict.Hold) verdict = Verdict.Hold;
    }
    return verdict;
  }

  /** Judges a held body now that it is whole. False: the request was denied. */
  private passesEnd(): bool {
    const exchange = this.exchange;
    if (exchange.isOver || !exchange.holdsBody) return true;
    exchange.isOver = true;
    if (!this.readWholeBody()) {
      this.list.judge.begin(exchange.findings, this.list.stages.length);
      if (!this.list.judge.found(RequestStatus.BodyUnreadable)) {
        this.list.reporter.publish(exchange);
        return true;
      }
      this.deny();
      return false;
    }
    const stages = this.list.stages;
    for (let i = 0; i < stages.length; i++) {
      if (stages[i].onRequestEnd(this.body.ptr, this.body.length, exchange) != Verdict.Deny)
        continue;
      this.deny();
      return false;
    }
    this.list.reporter.publish(exchange);
    return true;
  }

  private readWholeBody(): bool {
    this.body.clear();
    const size = <u32>this.exchange.bodyBytes;
    if (size == 0) return true;
    const status = readBody(BufferType.RequestBody, 0, size, this.body);
    return status == Status.Ok && this.body.length == size;
  }

  private unreadableHeaders(): HeadersAction {
    const exchange = this.exchange;
    this.list.judge.begin(exchange.findings, this.list.stages.length);
    if (this.list.judge.found(RequestStatus.HeadersUnreadable)) {
      this.deny();
      return HeadersAction.StopIteration;
    }
    this.list.reporter.publish(exchange);
    return HeadersAction.Continue;
  }

  private deny(): void {
    this.exchange.isOver = true;
    this.list.reporter.deny(this, this.exchange);
    this.list.reporter.publish(this.exchange);
  }
}

/** Keeps the request id for audit lines when it is safe to repeat. */
function noteRequestId(request: RequestView, exchange: Exchange): void {
  const row = request.headers.first(KnownHeader.XRequestId);
  if (row < 0) return;
  const value = request.headers.value(row);
  const length = request.headers.valueLength(row);
  if (isHarmlessId(value, length)) exchange.setRequestId(value, length);
}
