// Clients that mean harm, by the thousand: each opens a connection, misbehaves in its own way, and waits until it is thrown
// out or has seen enough. No way here may cost the proxy a crash, a stuck connection or memory that stays.
import { connect, type Socket } from "node:net";

/** A way to misbehave: what is written at once, and what follows every few milliseconds. */
interface Misdeed {
  name: string;
  first: string | Buffer;
  then?: (step: number) => string | Buffer | undefined;
  /** Leaves by itself, without reading, right after the first write. */
  leave?: boolean;
}

const head = "Host: a\r\n";
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  return Buffer.concat([bytes, payload]);
}

const settings = frame(4, 0, 0, Buffer.alloc(0));
/** Indexed fields of RFC 7541's static table: GET, /, http; and an authority. */
const request = Buffer.from([0x82, 0x84, 0x86, 0x01, 0x01, 0x61]);
const hello = Buffer.concat([Buffer.from(preface), settings]);

/** Open and reset (CVE-2023-44487). */
function rapidReset(count: number): Buffer {
  const frames: Buffer[] = [hello];
  for (let i = 0; i < count; i++) {
    frames.push(frame(1, 5, 2 * i + 1, request), frame(3, 0, 2 * i + 1, Buffer.from([0, 0, 0, 8])));
  }
  return Buffer.concat(frames);
}

export const misdeeds: Misdeed[] = [
  { name: "says nothing", first: "" },
  { name: "comes and goes", first: "", leave: true },
  {
    name: "half a head, then one byte at a time",
    first: `GET / HTTP/1.1\r\n${head}X-A: `,
    then: () => "a",
  },
  {
    name: "a body that dribbles",
    first: `POST / HTTP/1.1\r\n${head}Content-Length: 100000\r\n\r\n`,
    then: () => "a",
  },
  {
    name: "a body that never comes, and leaves",
    first: `POST / HTTP/1.1\r\n${head}Content-Length: 9\r\n\r\na`,
    leave: true,
  },
  {
    name: "chunks of one byte",
    first: `POST / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n`,
    then: () => "1\r\na\r\n",
  },
  { name: "a megabyte of head", first: `GET / HTTP/1.1\r\n${head}X-A: ${"a".repeat(1024 * 1024)}` },
  {
    name: "ten thousand header lines",
    first: `GET / HTTP/1.1\r\n${head}${"A: b\r\n".repeat(10_000)}\r\n`,
  },
  { name: "a URL of 100 KB", first: `GET /${"a".repeat(100_000)} HTTP/1.1\r\n${head}\r\n` },
  {
    name: "random bytes",
    first: Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 193 + 7) & 255)),
  },
  { name: "TLS on the plain port", first: Buffer.from("160301020001000000000303", "hex") },
  {
    name: "CL with TE",
    first: `POST / HTTP/1.1\r\n${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  },
  {
    name: "a bad chunk size",
    first: `POST / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
  },
  {
    name: "a thousand pipelined requests, unread",
    first: `GET / HTTP/1.1\r\n${head}\r\n`.repeat(1000),
    leave: true,
  },
  {
    name: "an upgrade to nothing known",
    first: `GET / HTTP/1.1\r\n${head}Connection: upgrade\r\nUpgrade: foo\r\n\r\n`,
  },
  {
    name: "a denied request, and leaves",
    first: `GET /items/..%2f..%2fetc/passwd HTTP/1.1\r\n${head}\r\n`,
    leave: true,
  },
  { name: "half of HTTP/2's greeting", first: preface.slice(0, 20) },
  { name: "HTTP/2 without a request", first: hello },
  { name: "a hundred streams opened and reset", first: rapidReset(100) },
  {
    name: "headers that never end",
    first: Buffer.concat([hello, frame(1, 1, 1, request)]),
    then: () => frame(9, 0, 1, Buffer.from([0x01, 0x01, 0x61])),
  },
  { name: "pings", first: hello, then: () => frame(6, 0, 0, Buffer.alloc(8)) },
  { name: "settings", first: hello, then: () => settings },
  {
    name: "a body of HTTP/2 that never comes",
    first: Buffer.concat([
      hello,
      frame(1, 4, 1, Buffer.from([0x83, 0x84, 0x86, 0x01, 0x01, 0x61])),
    ]),
  },
  {
    name: "no window for the answer",
    first: Buffer.concat([
      Buffer.from(preface),
      frame(4, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0])),
      frame(1, 5, 1, request),
    ]),
  },
];

export interface HostileFigures {
  connections: number;
  /** Connections that the proxy ended, or that left by themselves; the rest was still open after `patienceMs`. */
  ended: number;
  refused: number;
}

/** Opens `count` connections, at most `atOnce` at a time, each with the next misdeed, and waits at most `patienceMs` for each. */
export async function misbehave(
  port: number,
  count: number,
  atOnce: number,
  patienceMs: number,
): Promise<HostileFigures> {
  const figures: HostileFigures = { connections: count, ended: 0, refused: 0 };
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const misdeed = misdeeds[next++ % misdeeds.length]!;
      const outcome = await commit(port, misdeed, patienceMs);
      if (outcome === "ended") figures.ended++;
      else if (outcome === "refused") figures.refused++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, client));
  return figures;
}

const stepMs = 20;

function commit(
  port: number,
  misdeed: Misdeed,
  patienceMs: number,
): Promise<"ended" | "open" | "refused"> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, "127.0.0.1");
    let connected = false;
    let step = 0;
    let dribble: NodeJS.Timeout | undefined;
    const patience = setTimeout(() => finish("open"), patienceMs);
    const finish = (outcome: "ended" | "open" | "refused"): void => {
      clearTimeout(patience);
      clearInterval(dribble);
      socket.destroy();
      resolve(outcome);
    };
    socket.on("error", () => {});
    socket.on("close", () => finish(connected ? "ended" : "refused"));
    if (misdeed.leave !== true) socket.resume();
    socket.on("connect", () => {
      connected = true;
      if (misdeed.first.length > 0) socket.write(misdeed.first);
      if (misdeed.leave === true) setTimeout(() => finish("ended"), stepMs);
      if (misdeed.then === undefined) return;
      dribble = setInterval(() => {
        const bytes = misdeed.then!(step++);
        if (bytes !== undefined && socket.writable) socket.write(bytes);
      }, stepMs);
    });
  });
}
