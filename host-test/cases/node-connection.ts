// A TCP connection of a case on the Node host: the events of both ends through the host's network filters.
import { connect, type Host, type VirtualClock } from "../host/index.ts";
import type { Step } from "./format.ts";
import { toBytes } from "./format.ts";
import { bodyText, type ConnectionView } from "./view.ts";

/** Plays the events, then breaks what is still open; `quiet` lets the proxy come to rest. */
export function nodeConnection(
  host: Host,
  clock: VirtualClock,
  step: Step,
  quiet: () => void,
): ConnectionView {
  const refused = step.upstream?.instead === "refuse";
  const session = connect(host, { worker: 0 });
  if (refused) session.loseUpstream();
  quiet();
  let clientEnded = false;
  for (const event of step.connection ?? []) {
    if (session.closedBy !== "") break;
    if (event.waitMs !== undefined) clock.advance(event.waitMs);
    if (event.client !== undefined) session.send(toBytes(event.client));
    if (event.upstream !== undefined) session.upstreamSend(toBytes(event.upstream));
    clientEnded ||= event.clientEnd === true;
    if (event.clientEnd) session.send("", true);
    if (event.upstreamEnd) session.upstreamSend("", true);
    if (event.clientReset) session.close();
    if (event.upstreamReset) session.loseUpstream();
    quiet();
  }
  const view: ConnectionView = {
    received: bodyText(session.received),
    ended: session.clientEnded || session.closedBy !== "",
    upstream: session.connected && !refused ? bodyText(session.upstreamReceived) : null,
    upstreamEnded:
      session.connected && !refused && (session.upstreamEnded || session.closedBy !== ""),
  };
  // A client that said all it had is not read any more: then the upstream's end closes.
  if (session.closedBy === "" && !clientEnded) session.close();
  quiet();
  if (session.closedBy === "") session.upstreamSend("", true);
  quiet();
  return view;
}
