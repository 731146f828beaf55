// Rate-limit services that misbehave, over real HTTP/2: one that answers after ten seconds, one that answers with bytes that are no
// message, one that reports an error.
import http2 from "node:http2";
import type net from "node:net";
import { writeSaid } from "./codec.ts";

export type Manner = "slow" | "garbage" | "error";

export interface FakeService {
  port: number;
  calls: number;
  stop(): Promise<void>;
}

function framed(message: Uint8Array): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

export async function fakeService(manner: Manner): Promise<FakeService> {
  const sessions = new Set<http2.ServerHttp2Session>();
  const server = http2.createServer();
  const fake: FakeService = { port: 0, calls: 0, stop: async () => {} };
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream) => {
    fake.calls++;
    stream.on("error", () => {});
    stream.resume();
    const answer = (): void => {
      if (stream.destroyed) return;
      stream.respond(
        { ":status": 200, "content-type": "application/grpc" },
        { waitForTrailers: true },
      );
      stream.on("wantTrailers", () =>
        stream.sendTrailers({ "grpc-status": manner === "error" ? "14" : "0" }),
      );
      if (manner === "slow") stream.end(framed(writeSaid({ code: 1 })));
      else if (manner === "garbage")
        stream.end(framed(Buffer.from("\xff\xff\xffnot a message", "latin1")));
      else stream.end();
    };
    setTimeout(answer, manner === "slow" ? 10_000 : 0).unref();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  fake.port = (server.address() as net.AddressInfo).port;
  fake.stop = async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return fake;
}
