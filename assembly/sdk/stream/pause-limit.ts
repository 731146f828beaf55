// What a tick does for paused streams: whoever waited longer than its limit is answered, because
// nobody else will. Late answers to its callouts are dropped from then on.
import { LogLevel } from "../../abi/constants";
import { actAs } from "../effective";
import { HttpStream } from "../http-stream";
import { log } from "../log";
import { Plugin } from "../plugin";
import { Paused, StreamBit } from "../stream-state";

/** Looks at every stream of the plugin: a handful of loads each, once in a tick. */
export function expirePauses(plugin: Plugin): void {
  if (!plugin.watching) return;
  let next = plugin.made;
  while (next !== null) {
    const stream = next;
    next = stream.nextMade;
    if (due(stream.requestDeadline, plugin.watchTicks)) {
      stream.requestDeadline = 0;
      const paused = StreamBit.RequestHeld | StreamBit.RequestParked;
      if ((stream.state & paused) != 0) expire(stream, Paused.Request, paused);
    }
    if (due(stream.responseDeadline, plugin.watchTicks)) {
      stream.responseDeadline = 0;
      const paused = StreamBit.ResponseHeld | StreamBit.ResponseParked;
      if ((stream.state & paused) != 0) expire(stream, Paused.Response, paused);
    }
  }
  actAs(plugin.rootId);
}

function due(deadline: u32, now: u32): bool {
  return deadline != 0 && <i32>(now - deadline) >= 0;
}

function expire(stream: HttpStream, side: Paused, paused: u32): void {
  if ((stream.state & StreamBit.Ended) != 0) return;
  stream.calloutEpoch++;
  stream.callouts = 0;
  log(LogLevel.Warn, "a paused stream reached its limit without an answer");
  actAs(stream.contextId);
  stream.onPauseExpired(side);
  const again = side == Paused.Request ? stream.requestDeadline : stream.responseDeadline;
  if ((stream.state & paused) == 0 || again != 0 || stream.replied) return;
  stream.reply(504);
}
