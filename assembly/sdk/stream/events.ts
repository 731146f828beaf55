// What happens around each callback of a stream: the state bits, the tunnel rule, and the law that
// nothing stays paused without a limit. callbacks.ts is the wire, this is the order of events.
import { DataAction, HeadersAction, TrailersAction } from "../../abi/constants";
import { actAs } from "../effective";
import { HttpStream } from "../http-stream";
import { Refusal, refuse } from "../refusal";
import { StreamBit } from "../stream-state";
import { askedTunnel, opensTunnel } from "./upgrade";

/** A stopped headers action for streams that are over: Envoy stops them whatever we answer. */
const stoppedHeaders = HeadersAction.StopAllIterationAndWatermark;

export function requestHeaders(stream: HttpStream, count: u32, end: bool): HeadersAction {
  stream.state |= StreamBit.RequestSeen | (end ? StreamBit.RequestComplete : 0);
  const action = stream.onRequestHeaders(count, end);
  if (stream.replied) return stoppedHeaders;
  if (!end && stream.root.inspectsBodies) {
    actAs(stream.contextId);
    stream.state |= askedTunnel();
  }
  if (!stopsHeaders(action)) return HeadersAction.Continue;
  // Waiting for the body of a tunnel would keep its 101 from ever coming.
  if (action == HeadersAction.StopIteration && stream.upgraded) {
    stream.requestDeadline = 0;
    return HeadersAction.Continue;
  }
  stream.state |= StreamBit.RequestHeld;
  if (end || action != HeadersAction.StopIteration) stream.state |= StreamBit.RequestParked;
  if (stream.requestDeadline == 0) answerUnwatched(stream);
  return action;
}

export function requestBody(stream: HttpStream, size: u32, end: bool): DataAction {
  if (end) stream.state |= StreamBit.RequestComplete;
  if (stream.replied) return DataAction.StopIterationNoBuffer;
  if (skipsRequestBody(stream.state, size, end)) return DataAction.Continue;
  stream.state &= ~StreamBit.OnResponseSide;
  // The body has come, so the pause on the headers did what it was for, unless more is awaited.
  if (stream.callouts == 0 && !stream.awaitsMore) stream.requestDeadline = 0;
  const action = stream.onRequestBody(size, end);
  if (stream.replied) return DataAction.StopIterationNoBuffer;
  if (action == DataAction.Continue) {
    stream.state &= ~StreamBit.RequestHeld;
  } else {
    stream.state &= ~StreamBit.RequestReplaced;
    if (end) parkRequest(stream);
  }
  return action;
}

export function requestTrailers(stream: HttpStream, count: u32): TrailersAction {
  stream.state = (stream.state | StreamBit.RequestComplete) & ~StreamBit.OnResponseSide;
  if (stream.replied) return TrailersAction.StopIteration;
  if ((stream.state & (StreamBit.Connect | StreamBit.Tunnel)) != 0) return TrailersAction.Continue;
  if (stream.callouts == 0 && !stream.awaitsMore) stream.requestDeadline = 0;
  const action = stream.onRequestTrailers(count);
  if (stream.replied) return TrailersAction.StopIteration;
  if (action == TrailersAction.Continue) stream.state &= ~StreamBit.RequestHeld;
  else parkRequest(stream);
  return action;
}

export function responseHeaders(stream: HttpStream, count: u32, end: bool): HeadersAction {
  stream.state |=
    StreamBit.ResponseSeen |
    StreamBit.OnResponseSide |
    StreamBit.InResponseHeaders |
    (end ? StreamBit.ResponseComplete : 0);
  const before = stream.state;
  const action = stream.onResponseHeaders(count, end);
  stream.state &= ~StreamBit.InResponseHeaders;
  if (((before ^ stream.state) & (StreamBit.Replied | StreamBit.Closed)) != 0) {
    return stoppedHeaders;
  }
  if (!end && stream.root.inspectsBodies && mayTunnel(stream)) {
    actAs(stream.contextId);
    if (opensTunnel(stream.state)) stream.state |= StreamBit.Tunnel;
  }
  if (!stopsHeaders(action)) return HeadersAction.Continue;
  if (action == HeadersAction.StopIteration && (stream.state & StreamBit.Tunnel) != 0) {
    stream.responseDeadline = 0;
    return HeadersAction.Continue;
  }
  stream.state |= StreamBit.ResponseHeld;
  if (end || action != HeadersAction.StopIteration) stream.state |= StreamBit.ResponseParked;
  if (stream.responseDeadline == 0) answerUnwatched(stream);
  return action;
}

export function responseBody(stream: HttpStream, size: u32, end: bool): DataAction {
  stream.state |= StreamBit.OnResponseSide | (end ? StreamBit.ResponseComplete : 0);
  if ((stream.state & StreamBit.Tunnel) != 0) return DataAction.Continue;
  if (stream.callouts == 0) stream.responseDeadline = 0;
  const before = stream.state;
  const action = stream.onResponseBody(size, end);
  if (((before ^ stream.state) & (StreamBit.Replied | StreamBit.Closed)) != 0) {
    return DataAction.StopIterationNoBuffer;
  }
  if (action == DataAction.Continue) {
    stream.state &= ~StreamBit.ResponseHeld;
  } else {
    stream.state &= ~StreamBit.ResponseReplaced;
    if (end) parkResponse(stream);
  }
  return action;
}

export function responseTrailers(stream: HttpStream, count: u32): TrailersAction {
  stream.state |= StreamBit.OnResponseSide | StreamBit.ResponseComplete;
  if (stream.callouts == 0) stream.responseDeadline = 0;
  const action = stream.onResponseTrailers(count);
  if (action == TrailersAction.Continue) stream.state &= ~StreamBit.ResponseHeld;
  else if (!stream.replied) parkResponse(stream);
  return action;
}

/** Whether the filter is done with a stream that nothing holds: the layer may forget it. */
export function hasLeft(stream: HttpStream): bool {
  const held = StreamBit.RequestHeld | StreamBit.RequestParked;
  return (stream.state & (StreamBit.Left | held)) == StreamBit.Left && stream.callouts == 0;
}

/** log, done and delete: from here on a reply or a close would crash Envoy. */
export function end(stream: HttpStream): void {
  stream.state |= StreamBit.Ended;
  stream.requestDeadline = 0;
  stream.responseDeadline = 0;
}

function stopsHeaders(action: HeadersAction): bool {
  return action != HeadersAction.Continue && action != HeadersAction.ContinueAndEndStream;
}

/** CONNECT and an open tunnel: always. An asked-for upgrade: only the empty piece that Envoy sends at
 * once. A WebSocket client sends nothing before the 101, so bytes before it are a body to inspect. */
function skipsRequestBody(state: u32, size: u32, end: bool): bool {
  if ((state & (StreamBit.Connect | StreamBit.Tunnel)) != 0) return true;
  return (state & StreamBit.UpgradeAsked) != 0 && size == 0 && !end;
}

/** A filter that did not see the request headers looks at every response for a 101. */
function mayTunnel(stream: HttpStream): bool {
  return stream.upgraded || (stream.state & StreamBit.RequestSeen) == 0;
}

function parkRequest(stream: HttpStream): void {
  stream.state |= StreamBit.RequestParked;
  if (stream.requestDeadline == 0) answerUnwatched(stream);
}

function parkResponse(stream: HttpStream): void {
  stream.state |= StreamBit.ResponseParked;
  if (stream.responseDeadline == 0) answerUnwatched(stream);
}

function answerUnwatched(stream: HttpStream): void {
  refuse(Refusal.PauseWithoutLimit, "pause without limit: answered 500");
  stream.reply(500);
}
