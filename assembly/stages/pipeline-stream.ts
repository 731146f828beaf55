// One stream of a pipeline: the request's way (request-stream.ts) and, here, the response's, for the
// stages that asked for it. A response is held like a request: its end is judged once, and its head is
// held with it where the configuration says `holdHeaders`. Replies of this filter come through here too;
// they are shown to the stages and never judged.
import { BufferType, DataAction, HeadersAction, Status, TrailersAction } from "../abi/constants";
import { readBody, replaceResponseBody } from "../sdk/body";
import { Root } from "../sdk/root";
import { RequestStatus } from "./request-status";
import { RequestStream } from "./request-stream";
import { StageList } from "./stage-list";
import { Verdict } from "./verdict";

@final
export class PipelineStream extends RequestStream {
  /** Stages that hold the response's body, and stages that want its pieces; one bit each. */
  private responseHolders: u32 = 0;
  private readers: u32 = 0;

  constructor(root: Root, list: StageList) {
    super(root, list);
  }

  reset(): void {
    super.reset();
    this.responseHolders = 0;
    this.readers = 0;
  }

  onResponseHeaders(count: u32, endOfStream: bool): HeadersAction {
    const askers = this.responseAskers;
    if (askers == 0) return HeadersAction.Continue;
    this.responseAskers = 0;
    const exchange = this.exchange;
    const response = this.list.response;
    response.begin(endOfStream);
    const isOurs = this.replied;
    for (let i = 0; i < this.list.stages.length; i++) {
      if ((askers & (1 << i)) == 0) continue;
      const verdict = this.list.stages[i].onResponseHeaders(response, exchange);
      if (isOurs) continue;
      if (verdict == Verdict.Deny) {
        this.denyResponse();
        return HeadersAction.StopIteration;
      }
      if (verdict == Verdict.Hold) this.responseHolders |= 1 << i;
      if (exchange.wantsResponseBody) this.readers |= 1 << i;
      exchange.wantsResponseBody = false;
    }
    exchange.wantsResponseBody = false;
    if (exchange.findings.count > 0) this.list.reporter.publish(exchange);
    if ((this.responseHolders | this.readers) == 0) return HeadersAction.Continue;
    if (exchange.isConnect || response.status == 101) {
      this.responseHolders = 0;
      this.readers = 0;
      return HeadersAction.Continue;
    }
    if (endOfStream) {
      this.tellPieces(0, 0, true);
      return this.responsePasses() ? HeadersAction.Continue : HeadersAction.StopIteration;
    }
    if (this.responseHolders == 0 || !this.list.holdsHead) return HeadersAction.Continue;
    this.watch();
    return HeadersAction.StopIteration;
  }

  onResponseBody(size: u32, endOfStream: bool): DataAction {
    if ((this.responseHolders | this.readers) == 0 || this.replied) return DataAction.Continue;
    const exchange = this.exchange;
    const before = exchange.responseBytes;
    // What is held comes again with each piece; what is not comes once.
    const start: u32 = this.responseHolders != 0 ? <u32>before : 0;
    const added: u32 = size > start ? size - start : 0;
    exchange.responseBytes = before + added;
    if (this.readers != 0) this.readPiece(start, added, endOfStream);
    if (!this.askResponseBody()) return DataAction.StopIterationNoBuffer;
    if (!endOfStream) {
      if (exchange.findings.count > 0) this.list.reporter.publish(exchange);
      return this.responseHolders != 0 ? DataAction.StopIterationAndBuffer : DataAction.Continue;
    }
    return this.responsePasses() ? DataAction.Continue : DataAction.StopIterationNoBuffer;
  }

  onResponseTrailers(count: u32): TrailersAction {
    if ((this.responseHolders | this.readers) == 0 || this.replied) return TrailersAction.Continue;
    if (this.readers != 0) this.tellPieces(0, 0, true);
    return this.responsePasses() ? TrailersAction.Continue : TrailersAction.StopIteration;
  }

  /** One host call for all stages that read along. A piece that cannot be read counts as empty. */
  private readPiece(start: u32, length: u32, endOfStream: bool): void {
    const piece = this.body;
    piece.clear();
    if (length > 0) readBody(BufferType.ResponseBody, start, length, piece);
    this.tellPieces(piece.ptr, piece.length, endOfStream);
  }

  private tellPieces(ptr: usize, length: u32, endOfStream: bool): void {
    const stages = this.list.stages;
    for (let i = 0; i < stages.length; i++) {
      if ((this.readers & (1 << i)) == 0) continue;
      stages[i].onResponsePiece(ptr, length, endOfStream, this.exchange);
    }
    if (endOfStream) this.readers = 0;
  }

  /** Tells those who hold that more has come. False: the response was denied. */
  private askResponseBody(): bool {
    const stages = this.list.stages;
    for (let i = 0; i < stages.length; i++) {
      const bit: u32 = 1 << i;
      if ((this.responseHolders & bit) == 0) continue;
      const answer = stages[i].onResponseBody(this.exchange);
      if (answer == Verdict.Deny) {
        this.denyResponse();
        return false;
      }
      if (answer != Verdict.Enough) continue;
      if (!this.readResponse()) return this.passesUnreadableResponse();
      this.responseHolders &= ~bit;
      if (!this.passesResponseStage(i)) return false;
    }
    return true;
  }

  /** Judges a held response now that it is whole. False: it was denied. */
  private responsePasses(): bool {
    const holders = this.responseHolders;
    this.responseHolders = 0;
    if (holders == 0) return true;
    if (!this.readResponse()) return this.passesUnreadableResponse();
    for (let i = 0; i < this.list.stages.length; i++) {
      if ((holders & (1 << i)) != 0 && !this.passesResponseStage(i)) return false;
    }
    if (this.exchange.findings.count > 0) this.list.reporter.publish(this.exchange);
    return true;
  }

  /** A stage's judgement of what `body` holds; a replacement is what the next stage sees. */
  private passesResponseStage(place: i32): bool {
    const exchange = this.exchange;
    const body = this.body;
    const answer = this.list.stages[place].onResponseEnd(body.ptr, body.length, exchange);
    if (answer == Verdict.Deny) {
      this.denyResponse();
      return false;
    }
    const replacement = exchange.newBody;
    if (replacement === null) return true;
    exchange.newBody = null;
    replaceResponseBody(this, replacement.ptr, replacement.length);
    body.ptr = replacement.ptr;
    body.length = replacement.length;
    return true;
  }

  private readResponse(): bool {
    this.body.clear();
    const size = <u32>this.exchange.responseBytes;
    if (size == 0) return true;
    const status = readBody(BufferType.ResponseBody, 0, size, this.body);
    return status == Status.Ok && this.body.length == size;
  }

  private passesUnreadableResponse(): bool {
    this.list.judge.begin(this.exchange.findings, this.list.stages.length);
    if (this.list.judge.found(RequestStatus.ResponseUnreadable)) {
      this.denyResponse();
      return false;
    }
    this.list.reporter.publish(this.exchange);
    return true;
  }

  private denyResponse(): void {
    this.responseHolders = 0;
    this.readers = 0;
    this.deny();
  }
}
