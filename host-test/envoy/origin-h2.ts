// The scripted upstream over HTTP/2 with prior knowledge, for cases whose cluster speaks it.
import http2 from "node:http2";
import type net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Header } from "../cases/format.ts";
import { writes } from "../cases/format.ts";
import { bodyText, normaliseHeaders, type UpstreamView } from "../cases/view.ts";
import type { Chooser, Origin } from "./origin.ts";
import { taken } from "./timing.ts";

export async function startH2Origin(choose: Chooser): Promise<Origin> {
  const seen: { view: UpstreamView; body: Buffer[] }[] = [];
  const sessions = new Set<http2.ServerHttp2Session>();
  const server = http2.createServer();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => undefined);
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream, headers, _flags, raw?: string[]) => {
    const one = { view: head(headers, raw ?? []), body: [] as Buffer[] };
    seen.push(one);
    const answer = choose(seen.length - 1);
    stream.on("error", () => undefined);
    stream.on("data", (bytes: Buffer) => one.body.push(bytes));
    stream.on("trailers", (_trailers, _f, list?: string[]) => {
      one.view.trailers = listedPairs(list ?? []);
    });
    stream.on("end", () => {
      one.view.complete = true;
      if (!answer.early) void reply(stream, answer);
    });
    if (answer.early) void reply(stream, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    received: () =>
      seen.map(({ view, body }) => ({ ...view, body: bodyText(Buffer.concat(body)) })),
    close: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

async function reply(stream: http2.ServerHttp2Stream, answer: Answer): Promise<void> {
  if (answer.delayMs !== undefined) await sleep(answer.delayMs);
  if (answer.instead === "never") return;
  if (answer.instead === "reset") {
    stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    return;
  }
  const body = writes(answer.body);
  const trailers = answer.trailers ?? [];
  const bare = body.length === 0 && trailers.length === 0;
  const head = { ":status": answer.status ?? 200, ...Object.fromEntries(answer.headers ?? []) };
  stream.respond(head, { endStream: bare, waitForTrailers: trailers.length > 0 });
  if (bare) return;
  if (trailers.length > 0) {
    stream.on("wantTrailers", () => stream.sendTrailers(Object.fromEntries(trailers)));
  }
  for (const piece of body) {
    await taken(stream.session!.socket as net.Socket);
    stream.write(piece);
  }
  await taken(stream.session!.socket as net.Socket);
  stream.end();
}

function head(headers: http2.IncomingHttpHeaders, raw: string[]): UpstreamView {
  return {
    method: headers[":method"] ?? "",
    path: headers[":path"] ?? "",
    authority: headers[":authority"] ?? "",
    headers: normaliseHeaders(listedPairs(raw)),
    body: "",
    trailers: [],
    complete: false,
  };
}

/** Node's flat list of names and values, without pseudo headers. */
export function listedPairs(raw: string[]): Header[] {
  const list: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i], raw[i + 1]]);
  return list.filter(([name]) => !name.startsWith(":"));
}
