// One HTTP stream as a filter sees it. The callbacks do nothing until a filter overrides them; the
// calls that act on the stream go through its state, so that none of those that crash Envoy can be
// made. Objects are pooled by their plugin: what a filter keeps in fields is put back in `reset`.
import { DataAction, HeadersAction, Status, StreamType, TrailersAction } from "../abi/constants";
import { proxy_close_stream, proxy_continue_stream } from "../abi/env";
import { PairsWriter } from "../abi/pairs-writer";
import { View } from "../abi/view";
import { actAs, effectiveContext } from "./effective";
import { Refusal, refuse } from "./refusal";
import { noGrpcStatus, sendReply } from "./reply";
import { Root } from "./root";
import { Paused, StreamBit } from "./stream-state";
import { deadline } from "./stream/watch";

/** Base class of a filter's streams. Nothing may be allocated in its callbacks once the pool is warm. */
export abstract class HttpStream {
  /** Id of the context; never used again by the host, so keep the id, not the object. */
  contextId: u32 = 0;
  /** Bits of StreamBit; the layer's own. */
  state: u32 = 0;
  /** Tick at which a pause of the request expires, 0 for none; the layer's own. */
  requestDeadline: u32 = 0;
  /** The same for the response. */
  responseDeadline: u32 = 0;
  /** The pause of the request head waits for more than the body: body pieces leave its limit alone. */
  awaitsMore: bool = false;
  /** Callouts of this stream that are in flight; the layer's own. */
  callouts: u32 = 0;
  /** Answers to callouts of an older epoch are dropped; the layer's own. */
  calloutEpoch: u32 = 0;
  /** Next free stream of the pool; the layer's own. */
  nextFree: HttpStream | null = null;
  /** Next in the plugin's list of all its streams; the layer's own. */
  nextMade: HttpStream | null = null;

  /** `root` is the plugin that made the stream, for good. */
  constructor(readonly root: Root) {}

  /** The stream exists; no header can be read yet. */
  onCreate(): void {}
  /** `count` headers; `endOfStream`: nothing follows. */
  onRequestHeaders(count: u32, endOfStream: bool): HeadersAction {
    return HeadersAction.Continue;
  }
  /** `size` bytes can be read: all that is buffered, or this piece when the last action was Continue.
   * The end often comes alone, with size 0. With trailers it does not come at all. */
  onRequestBody(size: u32, endOfStream: bool): DataAction {
    return DataAction.Continue;
  }
  /** The end of a request with trailers: a body check must end here too. */
  onRequestTrailers(count: u32): TrailersAction {
    return TrailersAction.Continue;
  }
  /** Runs on local replies of this filter too (see `replied`). */
  onResponseHeaders(count: u32, endOfStream: bool): HeadersAction {
    return HeadersAction.Continue;
  }
  onResponseBody(size: u32, endOfStream: bool): DataAction {
    return DataAction.Continue;
  }
  onResponseTrailers(count: u32): TrailersAction {
    return TrailersAction.Continue;
  }
  /** An HTTP callout of this stream was answered; its maps and body can be read now. A `headerCount`
   * of 0 means that it was reset; 503 and 504 can be Envoy's own words for unreachable and too late. */
  onHttpCallResponse(tag: u32, headerCount: u32, bodySize: u32, trailerCount: u32): void {}
  /** A message of a gRPC callout; a unary call that succeeds ends with it. */
  onGrpcMessage(tag: u32, size: u32): void {}
  /** A unary gRPC callout failed. `status` may be -1. */
  onGrpcClose(tag: u32, status: i32): void {}
  /** A pause outlived its limit. Answer, continue, or `watch` again; else the stream is answered 504. */
  onPauseExpired(side: Paused): void {}
  /** The stream is over; headers can be read again, nothing can be changed. */
  onLog(): void {}
  onDone(): void {}
  onDelete(): void {}
  /** Puts the filter's own fields back before the object serves another stream. */
  reset(): void {}

  /** A local reply was sent, or the stream was closed. */
  get replied(): bool {
    return (this.state & (StreamBit.Replied | StreamBit.Closed)) != 0;
  }

  /** Does the stream carry, or ask for, another protocol (WebSocket, CONNECT)? Known after the headers. */
  get upgraded(): bool {
    return (this.state & (StreamBit.UpgradeAsked | StreamBit.Connect | StreamBit.Tunnel)) != 0;
  }

  /**
   * Answers the request itself: `status` 200 to 599, the body copied by the host, `headers` not yet
   * finished, `details` a short token for access logs. Own response callbacks run on it in the request
   * phase. Once the response head went out, Envoy cuts the response instead. The first reply wins.
   */
  reply(
    status: u32,
    body: usize = 0,
    bodyLength: u32 = 0,
    headers: PairsWriter | null = null,
    details: View | null = null,
    grpcStatus: i32 = noGrpcStatus,
  ): Status {
    const refused = this.replyRefused();
    if (refused != Status.Ok) return refused;
    const outer = effectiveContext();
    let result = actAs(this.contextId);
    if (result != Status.Ok) return result;
    result = sendReply(status, body, bodyLength, headers, details, grpcStatus);
    actAs(outer);
    if (result == Status.Ok) this.finishPauses(StreamBit.Replied);
    return result;
  }

  /** Resets the stream: the client sees no answer at all. */
  close(): Status {
    if ((this.state & StreamBit.Ended) != 0) {
      return refuse(Refusal.CloseAfterEnd, "refused: close of an ended stream");
    }
    if (this.replied) {
      return refuse(Refusal.CloseTwice, "refused: close after reply or close");
    }
    const outer = effectiveContext();
    let result = actAs(this.contextId);
    if (result != Status.Ok) return result;
    result = <Status>proxy_close_stream(StreamType.Request);
    actAs(outer);
    if (result == Status.Ok) this.finishPauses(StreamBit.Closed);
    return result;
  }

  /** Lets a paused request go on. Refused when it is not paused. */
  continueRequest(): Status {
    return this.proceed(StreamType.Request, StreamBit.RequestHeld | StreamBit.RequestParked);
  }

  /** Lets a paused response go on. Refused before there is one and in its headers callback. */
  continueResponse(): Status {
    if (
      (this.state & (StreamBit.ResponseSeen | StreamBit.InResponseHeaders)) !=
      StreamBit.ResponseSeen
    ) {
      return refuse(
        Refusal.ContinueResponseTooEarly,
        "refused: continue of a response not paused yet",
      );
    }
    return this.proceed(StreamType.Response, StreamBit.ResponseHeld | StreamBit.ResponseParked);
  }

  /** Sets the limit of the pause that this callback is about to begin (0: the plugin's pauseLimitMs).
   * A callout does it by itself. A pause without a limit is answered 500. */
  watch(limitMs: u32 = 0): void {
    const at = deadline(this.root, limitMs == 0 ? this.root.pauseLimitMs : limitMs);
    if ((this.state & StreamBit.OnResponseSide) != 0) this.responseDeadline = at;
    else this.requestDeadline = at;
  }

  /**
   * From the request headers callback, when the filter wants nothing more of this stream: once it returns, the object serves
   * another stream and later callbacks of this one, `onDelete` included, end at once. Nothing happens when it is paused or a
   * callout of it is in flight.
   */
  leave(): void {
    this.state |= StreamBit.Left;
  }

  private replyRefused(): Status {
    if ((this.state & StreamBit.Ended) != 0) {
      return refuse(Refusal.ReplyAfterEnd, "refused: reply to an ended stream");
    }
    if (this.replied) {
      return refuse(Refusal.ReplyTwice, "refused: second reply");
    }
    if ((this.state & (StreamBit.RequestSeen | StreamBit.ResponseSeen)) == 0) {
      return refuse(Refusal.ReplyTooEarly, "refused: reply before headers");
    }
    return Status.Ok;
  }

  private proceed(side: StreamType, paused: u32): Status {
    const over = StreamBit.Ended | StreamBit.Replied | StreamBit.Closed;
    if ((this.state & over) != 0 || (this.state & paused) == 0) {
      return refuse(Refusal.ContinueNotPaused, "refused: continue of a stream not paused");
    }
    const outer = effectiveContext();
    let result = actAs(this.contextId);
    if (result != Status.Ok) return result;
    result = <Status>proxy_continue_stream(side);
    actAs(outer);
    if (result != Status.Ok) return result;
    this.state &= ~paused;
    if (side == StreamType.Request) this.requestDeadline = 0;
    else this.responseDeadline = 0;
    return result;
  }

  private finishPauses(why: u32): void {
    const paused =
      StreamBit.RequestHeld |
      StreamBit.RequestParked |
      StreamBit.ResponseHeld |
      StreamBit.ResponseParked;
    this.state = (this.state & ~paused) | why;
    this.requestDeadline = 0;
    this.responseDeadline = 0;
  }
}
