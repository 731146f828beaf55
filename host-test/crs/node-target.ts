// The suite against the filter in the Node host, with no HTTP parser and no connection manager in the way: heads reach
// the filter as they were written, which is how a rule about a bad request can be tested at all.
import type { StreamSinks } from "../host/frames.ts";
import {
  createHostSync,
  type FilterSpec,
  type Header,
  type Host,
  type LogRecord,
} from "../host/index.ts";
import { seededRandom } from "../vectors/seeded-random.ts";
import { albedoAnswer } from "./albedo.ts";
import { refusal } from "./front.ts";
import type { Outcome } from "./judge.ts";
import { type ParsedRequest, parseRequest } from "./request.ts";

/** What plays the stages: one request, one outcome. */
export interface Target {
  name: string;
  /** @param fronted a strict HTTP server stands in front: what it refuses no rule sees */
  send(request: Buffer, fronted: boolean): Promise<Outcome>;
  close(): Promise<void>;
}

/** @param chunkSeed splits bodies of both directions at random places; undefined: one piece each */
export function nodeTarget(filter: FilterSpec, chunkSeed?: number): Target {
  let lines: string[] = [];
  const host = createHostSync({
    filters: [filter],
    lean: true,
    untouchedHeads: true,
    routePrefix: "",
    requestBufferLimitBytes: 1 << 24,
    responseBufferLimitBytes: 1 << 24,
    onLog: (record: LogRecord) => lines.push(record.message),
  });
  const split = chunkSeed === undefined ? onePiece : randomPieces(seededRandom(chunkSeed));
  return {
    name: "node",
    send(bytes, fronted) {
      lines = [];
      const request = parseRequest(bytes);
      if (fronted && refusal(bytes, request)) return Promise.resolve({ status: 400, log: [] });
      const status = play(host, request, split);
      return Promise.resolve({ status, log: lines });
    },
    close: () => Promise.resolve(host.close()),
  };
}

type Split = (bytes: Buffer) => Uint8Array[];

const onePiece: Split = (bytes) => [bytes];

function randomPieces(random: (below: number) => number): Split {
  return (bytes) => {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const size = 1 + random(Math.max(1, Math.min(bytes.length - at, 1 << random(14))));
      pieces.push(bytes.subarray(at, at + size));
      at += size;
    }
    return pieces;
  };
}

/** Runs one request through the chain and the emulated upstream; the status that the client sees. */
function play(host: Host, request: ParsedRequest, split: Split): number {
  let status = 0;
  let answered = false;
  const upstreamBody: Uint8Array[] = [];
  const answer = (): void => {
    if (answered) return;
    answered = true;
    const reply = albedoAnswer(request.method, request.uri, Buffer.concat(upstreamBody));
    const empty = reply.body.length === 0;
    const head: Header[] = [
      [":status", String(reply.status)],
      ...reply.headers,
      ["content-length", String(reply.body.length)],
    ];
    chain.responseHeaders(head, empty);
    if (empty) return;
    for (const piece of split(reply.body)) chain.responseData(piece, false);
    chain.responseData(new Uint8Array(0), true);
  };
  const sinks: StreamSinks = {
    upstreamHeaders: (_, end) => end && answer(),
    upstreamData(bytes, end) {
      upstreamBody.push(bytes);
      if (end) answer();
    },
    upstreamTrailers: answer,
    upstreamReset: () => undefined,
    clientHeaders(headers) {
      status = Number(headers.find(([name]) => name === ":status")?.[1] ?? 0);
    },
    clientData: () => undefined,
    clientTrailers: () => undefined,
    clientReset: () => undefined,
  };
  const protocol = request.version as "HTTP/1.1";
  const chain = host.pickWorker(undefined).openStream(sinks, { protocol });
  const bodiless = request.body.length === 0;
  chain.requestHeaders(headOf(request), bodiless);
  if (!bodiless) {
    for (const piece of split(request.body)) chain.requestData(piece, false);
    chain.requestData(new Uint8Array(0), true);
  }
  chain.clientReset();
  return status;
}

/** Envoy's form of a head: pseudo headers first, `Host` as `:authority`, names in lower case. */
function headOf(request: ParsedRequest): Header[] {
  const hosts = request.headers.filter(([name]) => /^host$/i.test(name));
  const others = request.headers.filter(([name]) => !/^host$/i.test(name));
  return [
    ...hosts.map(([, value]) => [":authority", value] as Header),
    [":path", request.uri],
    [":method", request.method],
    [":scheme", "http"],
    ...others.map(([name, value]) => [name.toLowerCase(), value] as Header),
    ["x-forwarded-proto", "http"],
    ["x-request-id", "00000000-0000-4000-8000-000000000000"],
  ];
}
