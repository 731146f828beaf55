// The client of a case over HTTP/2 with prior knowledge, on Node's own http2.
import http2 from "node:http2";
import type net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Header, RequestPlan } from "../cases/format.ts";
import { planRequest } from "../cases/packets.ts";
import { bodyText, normaliseHeaders, type ClientView } from "../cases/view.ts";
import type { ClientRun } from "./client.ts";
import { taken } from "./timing.ts";

export async function startH2Request(
  port: number,
  plan: RequestPlan,
  limitMs: number,
): Promise<ClientRun> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  await new Promise((resolve) => session.once("connect", resolve));
  const local = (session.socket as net.Socket).localPort ?? 0;
  const view = exchange(session, plan, limitMs);
  return { port: local, view, close: () => session.destroy() };
}

async function exchange(
  session: http2.ClientHttp2Session,
  plan: RequestPlan,
  limitMs: number,
): Promise<ClientView> {
  const planned = planRequest(plan);
  const head: Record<string, string | string[]> = {
    ":method": planned.method,
    ":path": planned.path,
    ":authority": planned.authority,
    ":scheme": "http",
  };
  for (const [name, value] of planned.headers) {
    const before = head[name];
    head[name] = before === undefined ? value : [before, value].flat();
  }
  const bare = planned.framing === "none";
  const stream = session.request(head, {
    endStream: bare,
    waitForTrailers: planned.trailers.length > 0,
  });
  const view: ClientView = { status: 0, headers: [], body: "", trailers: [], end: "hang" };
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve) => {
    stream.on("response", (headers, _flags, raw?: string[]) => {
      view.status = Number(headers[":status"]);
      view.headers = pairs(headers, raw);
    });
    stream.on("trailers", (headers, _flags, raw?: string[]) => {
      view.trailers = pairs(headers, raw);
    });
    stream.on("data", (bytes: Buffer) => chunks.push(bytes));
    stream.on("end", () => {
      view.end = stream.rstCode === 0 ? "complete" : "reset";
    });
    stream.on("error", () => {
      view.end = "reset";
    });
    stream.on("close", () => {
      if (stream.rstCode !== 0) view.end = "reset";
      resolve();
    });
  });
  if (planned.trailers.length > 0) {
    stream.on("wantTrailers", () => stream.sendTrailers(Object.fromEntries(planned.trailers)));
  }
  void writeBody(stream, planned.body, bare);
  const timer = new AbortController();
  const limit = sleep(plan.abortMs ?? limitMs, undefined, { signal: timer.signal });
  await Promise.race([ended, limit.catch(() => undefined)]);
  timer.abort();
  view.body = bodyText(Buffer.concat(chunks));
  view.headers = normaliseHeaders(view.headers);
  return view;
}

async function writeBody(
  stream: http2.ClientHttp2Stream,
  body: Buffer[],
  bare: boolean,
): Promise<void> {
  if (bare) return;
  for (const piece of body) {
    await taken(stream.session!.socket as net.Socket);
    stream.write(piece);
  }
  await taken(stream.session!.socket as net.Socket);
  stream.end();
}

function pairs(headers: http2.IncomingHttpHeaders, raw?: string[]): Header[] {
  const list: Header[] = [];
  if (raw !== undefined) {
    for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i], raw[i + 1]]);
  } else {
    for (const [name, value] of Object.entries(headers)) list.push([name, String(value)]);
  }
  return list.filter(([name]) => name !== ":status");
}
