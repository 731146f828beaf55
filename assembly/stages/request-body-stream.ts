// What becomes of a request's body: the stages are told that more has come, and those that hold it judge
// it once, when it is whole or when they have enough. Also what every part of the walk needs: the
// exchange, the denial, and who asked for what.
import { BufferType, Status } from "../abi/constants";
import { View } from "../abi/view";
import { readBody } from "../sdk/body";
import { Root } from "../sdk/root";
import { Exchange } from "./exchange";
import { RequestStatus } from "./request-status";
import { StageList } from "./stage-list";
import { StageStream } from "./stage-stream";
import { Verdict } from "./verdict";

export abstract class RequestBodyStream extends StageStream {
  protected exchange: Exchange = new Exchange(this.list.stages.length, this);
  protected body: View = new View();
  /** Stages that want the response's headers, one bit each. */
  protected responseAskers: u32 = 0;
  /** Stages that hold the request's body, one bit each. */
  protected holders: u32 = 0;
  /** Stages that were asked about the headers: the first so many. */
  protected asked: i32 = 0;

  constructor(
    root: Root,
    protected list: StageList,
  ) {
    super(root);
    const stages = list.stages;
    for (let i = 0; i < stages.length; i++) this.exchange.states[i] = stages[i].createState();
  }

  reset(): void {
    this.exchange.reset();
    this.responseAskers = 0;
    this.holders = 0;
    this.asked = 0;
  }

  /**
   * Tells the stages from `first` on, as far as they saw the headers, that more body has come.
   * False: the request was denied.
   */
  protected askBody(first: i32): bool {
    const stages = this.list.stages;
    const exchange = this.exchange;
    for (let i = first; i < this.asked; i++) {
      const answer = stages[i].onRequestBody(exchange);
      if (answer == Verdict.Deny) {
        this.deny();
        return false;
      }
      if (answer == Verdict.Enough && !this.judgeEarly(i)) return false;
    }
    return true;
  }

  /** Judges what a stage that has enough was waiting for. False: the request was denied. */
  private judgeEarly(place: i32): bool {
    const bit: u32 = 1 << place;
    if ((this.holders & bit) == 0) return true;
    this.holders &= ~bit;
    if (!this.readWholeBody()) return this.passesUnreadable();
    if (!this.passesStage(place)) return false;
    if (this.holders == 0) this.exchange.holdsBody = false;
    return true;
  }

  /** Judges a held body now that it is whole. False: the request was denied. */
  protected passesEnd(): bool {
    const exchange = this.exchange;
    if (exchange.isOver || !exchange.holdsBody) return true;
    exchange.isOver = true;
    if (!this.readWholeBody()) return this.passesUnreadable();
    const stages = this.list.stages;
    for (let i = 0; i < stages.length; i++) {
      if ((this.holders & (1 << i)) != 0 && !this.passesStage(i)) return false;
    }
    this.list.reporter.publish(exchange);
    return true;
  }

  private passesStage(place: i32): bool {
    const exchange = this.exchange;
    const body = this.body;
    const stage = this.list.stages[place];
    const answer = stage.onRequestEnd(body.ptr, body.length, exchange);
    if (exchange.wantsResponse) {
      this.responseAskers |= 1 << place;
      exchange.wantsResponse = false;
    }
    if (answer != Verdict.Deny) return true;
    this.deny();
    return false;
  }

  private readWholeBody(): bool {
    this.body.clear();
    const size = <u32>this.exchange.bodyBytes;
    if (size == 0) return true;
    const status = readBody(BufferType.RequestBody, 0, size, this.body);
    return status == Status.Ok && this.body.length == size;
  }

  private passesUnreadable(): bool {
    this.list.judge.begin(this.exchange.findings, this.list.stages.length);
    if (this.list.judge.found(RequestStatus.BodyUnreadable)) {
      this.deny();
      return false;
    }
    this.list.reporter.publish(this.exchange);
    return true;
  }

  protected deny(): void {
    this.exchange.isOver = true;
    this.list.reporter.deny(this, this.exchange);
    this.list.reporter.publish(this.exchange);
  }
}
