// The request's way through the stages. The order of a request: headers, any number of body pieces,
// then its end, which comes with the last piece, alone, or as trailers. Whatever a stage holds is judged
// at that end, in either form. A stage may make the request wait; with a held head the body is collected
// meanwhile, and whichever comes last, the stage's answer or the body's end, lets the request go on.
import { DataAction, HeadersAction, LogLevel, Status, TrailersAction } from "../abi/constants";
import { KnownHeader } from "../http/header-name";
import { actAs, effectiveContext } from "../sdk/effective";
import { logs } from "../sdk/log";
import { Root } from "../sdk/root";
import { Paused } from "../sdk/stream-state";
import { isHarmlessId } from "./audit-line";
import { Exchange } from "./exchange";
import { RequestStatus } from "./request-status";
import { RequestView } from "./request-view";
import { RequestBodyStream } from "./request-body-stream";
import { StageList } from "./stage-list";
import { Verdict } from "./verdict";

/** The request's half of PipelineStream. */
export abstract class RequestStream extends RequestBodyStream {
  /** The stage that waits; -1: none. */
  private waiting: i32 = -1;
  /** The body is kept in Envoy while a stage waits, because the head is held. */
  private collects: bool = false;
  /** The request's end has come while it was collected. */
  private hasEnded: bool = false;
  private endOfStream: bool = false;

  constructor(root: Root, list: StageList) {
    super(root, list);
  }

  reset(): void {
    super.reset();
    this.waiting = -1;
    this.collects = false;
    this.hasEnded = false;
  }

  onRequestHeaders(count: u32, endOfStream: bool): HeadersAction {
    const exchange = this.exchange;
    const list = this.list;
    const request = list.request;
    if (list.hasEarlyPass && list.stages[0].passesEarly()) {
      this.leaveIfDone();
      return HeadersAction.Continue;
    }
    this.endOfStream = endOfStream;
    if (!list.readRequest(endOfStream)) return this.unreadableHeaders();
    exchange.isGrpc = request.isGrpc;
    exchange.isConnect = request.isConnect;
    exchange.wantsBody = list.needsBody && !endOfStream && !request.isTunnel;
    if (list.needsAddress) list.readAddress(exchange);
    const verdict = this.askStages(request);
    if (exchange.wantsBody || (exchange.findings.count > 0 && logs(LogLevel.Warn))) {
      noteRequestId(request, exchange);
    }
    if (verdict == Verdict.Deny) {
      this.deny();
      if (endOfStream) this.leaveIfDone();
      return HeadersAction.StopIteration;
    }
    if (verdict == Verdict.Wait) {
      this.collects = list.holdsHead && exchange.wantsBody;
      return this.collects
        ? HeadersAction.StopIteration
        : HeadersAction.StopAllIterationAndWatermark;
    }
    this.passHead(request);
    if (!exchange.wantsBody) this.leaveIfDone();
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
    const isBuffered = exchange.holdsBody || this.waiting >= 0;
    exchange.bodyBytes = isBuffered ? size : exchange.bodyBytes + size;
    if (!this.askBody(0)) return DataAction.StopIterationNoBuffer;
    if (exchange.findings.count > 0 && this.waiting < 0) this.list.reporter.publish(exchange);
    if (this.waiting >= 0) {
      this.hasEnded = endOfStream;
      return DataAction.StopIterationAndBuffer;
    }
    if (!endOfStream) {
      return exchange.holdsBody ? DataAction.StopIterationAndBuffer : DataAction.Continue;
    }
    return this.passesEnd() ? DataAction.Continue : DataAction.StopIterationNoBuffer;
  }

  onRequestTrailers(count: u32): TrailersAction {
    if (this.waiting >= 0 && !this.exchange.isOver) {
      this.hasEnded = true;
      return TrailersAction.StopIteration;
    }
    return this.passesEnd() ? TrailersAction.Continue : TrailersAction.StopIteration;
  }

  onHttpCallResponse(tag: u32, headerCount: u32, bodySize: u32, trailerCount: u32): void {
    if (this.waiting < 0) return;
    const stage = this.list.stages[this.waiting];
    stage.onHttpCallResponse(tag, headerCount, bodySize, trailerCount, this.exchange);
  }

  onGrpcMessage(tag: u32, size: u32): void {
    if (this.waiting >= 0) this.list.stages[this.waiting].onGrpcMessage(tag, size, this.exchange);
  }

  onGrpcClose(tag: u32, status: i32): void {
    if (this.waiting >= 0) this.list.stages[this.waiting].onGrpcClose(tag, status, this.exchange);
  }

  onPauseExpired(side: Paused): void {
    if (side == Paused.Request && this.waiting >= 0) this.walkOn(true);
  }

  resume(): void {
    if (this.waiting < 0 || this.replied) return;
    const outer = effectiveContext();
    if (actAs(this.contextId) != Status.Ok) return;
    this.walkOn(false);
    actAs(outer);
  }

  onDelete(): void {
    const stages = this.list.stages;
    const exchange = this.exchange;
    if (this.waiting >= 0) stages[this.waiting].onAbandoned(exchange);
    if (exchange.findings.count > 0) this.list.reporter.publish(exchange);
    if (!this.list.needsEnd) return;
    for (let i = 0; i < this.asked; i++) if (stages[i].needsEnd) stages[i].onEnd(exchange);
  }

  /** Asks the stages that were not asked yet; notes who holds, who waits and who wants the response. */
  private askStages(request: RequestView): Verdict {
    const stages = this.list.stages;
    while (this.asked < stages.length) {
      const place = this.asked++;
      const answer = stages[place].onRequestHeaders(request, this.exchange);
      const verdict = this.note(place, answer);
      if (verdict != Verdict.Allow) return verdict;
    }
    return Verdict.Allow;
  }

  /** What stage `place` said of the headers: Deny, Wait, or Allow for anything that lets it go on. */
  private note(place: i32, answer: Verdict): Verdict {
    const exchange = this.exchange;
    const bit: u32 = 1 << place;
    if (exchange.wantsResponse) {
      this.responseAskers |= bit;
      exchange.wantsResponse = false;
    }
    if (answer == Verdict.Hold) this.holders |= bit;
    else if (answer == Verdict.Wait) {
      this.waiting = place;
      this.awaitsMore = true;
      this.watch(this.list.stages[place].waitLimitMs);
      return Verdict.Wait;
    }
    return answer == Verdict.Deny ? Verdict.Deny : Verdict.Allow;
  }

  /** The headers were allowed: what the upstream and the outside see of that. */
  private passHead(request: RequestView): void {
    const exchange = this.exchange;
    this.list.reporter.tag(exchange, request.headers);
    this.list.reporter.publish(exchange);
    exchange.holdsBody = this.holders != 0 && exchange.wantsBody;
  }

  /** The wait of a stage is over, by its own word or because it `expired`. */
  private walkOn(expired: bool): void {
    const exchange = this.exchange;
    const list = this.list;
    const request = list.request;
    const place = this.waiting;
    const stage = list.stages[place];
    this.waiting = -1;
    this.awaitsMore = false;
    if (!list.readRequest(this.endOfStream)) {
      if (this.unreadableHeaders() == HeadersAction.Continue) this.letGo();
      return;
    }
    let verdict = expired
      ? this.expire(place, request)
      : this.note(place, stage.onResume(request, exchange));
    if (verdict == Verdict.Allow) verdict = this.askStages(request);
    if (exchange.findings.count > 0) noteRequestId(request, exchange);
    if (verdict == Verdict.Wait) return;
    if (verdict == Verdict.Deny) {
      this.deny();
      return;
    }
    this.passHead(request);
    // The stages behind the one that waited did not see the body's first pieces pass.
    if (exchange.bodyBytes > 0 && !this.askBody(place + 1)) return;
    this.letGo();
  }

  private expire(place: i32, request: RequestView): Verdict {
    const exchange = this.exchange;
    const answer = this.list.stages[place].onWaitExpired(request, exchange);
    if (answer != Verdict.Wait) return this.note(place, answer);
    this.list.judge.begin(exchange.findings, this.list.stages.length);
    return this.list.judge.found(RequestStatus.WaitExpired) ? Verdict.Deny : Verdict.Allow;
  }

  /** Continues a request that waited, unless its body is held and still to be judged. */
  private letGo(): void {
    const exchange = this.exchange;
    if (this.collects && exchange.holdsBody) {
      if (!this.hasEnded) {
        this.watch();
        return;
      }
      if (!this.passesEnd()) return;
    } else if (this.hasEnded) exchange.isOver = true;
    this.continueRequest();
  }

  /** No body of the request is looked at: what is left to do, if anything, is the response's or the end's. */
  private leaveIfDone(): void {
    if (this.responseAskers == 0 && !this.list.needsEnd) this.leave();
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
}

/** Keeps the request id for audit lines when it is safe to repeat. */
function noteRequestId(request: RequestView, exchange: Exchange): void {
  const row = request.headers.first(KnownHeader.XRequestId);
  if (row < 0) return;
  const value = request.headers.value(row);
  const length = request.headers.valueLength(row);
  if (isHarmlessId(value, length)) exchange.setRequestId(value, length);
}
