// Requests that a client pipelines on one HTTP/1.1 connection, taken one at a time as Envoy takes them. node:http hands out
// all that a packet holds at once, so that one packet of 64 KiB would be a thousand requests at the service.
import type { Duplex } from "node:stream";

/** Requests that may wait on a connection; who sends more behind one that is not answered yet is cut off. */
const waitingMax = 100;

interface Line {
  /** A request is under way: an error answer must not be written into the middle of its response. */
  busy: boolean;
  /** The last request was read: node:http would go on with what was pipelined behind it. */
  ended: boolean;
  waiting: (() => void)[];
}

export class Pipelines {
  readonly #lines = new WeakMap<Duplex, Line>();

  /** Runs `begin` now, or when the requests before it have ended, or never. False: too many wait, and the connection is cut. */
  enter(socket: Duplex, begin: () => void): boolean {
    const line = this.#line(socket);
    if (line.ended) return true;
    if (line.busy) {
      line.waiting.push(begin);
      if (line.waiting.length <= waitingMax) return true;
      line.waiting = [];
      socket.destroy();
      return false;
    }
    begin();
    return true;
  }

  /** A request is under way on the connection. */
  start(socket: Duplex): void {
    this.#line(socket).busy = true;
  }

  /** Nothing that follows on the connection is a request any more. */
  end(socket: Duplex): void {
    const line = this.#line(socket);
    line.ended = true;
    line.waiting = [];
  }

  /** The request has ended; the next one begins. */
  leave(socket: Duplex): void {
    const line = this.#line(socket);
    line.busy = false;
    while (!line.busy && !line.ended && !socket.destroyed && line.waiting.length > 0) {
      line.waiting.shift()!();
    }
    if (socket.destroyed) line.waiting = [];
  }

  busy(socket: Duplex): boolean {
    return this.#lines.get(socket)?.busy ?? false;
  }

  #line(socket: Duplex): Line {
    let line = this.#lines.get(socket);
    if (line === undefined) {
      this.#lines.set(socket, (line = { busy: false, ended: false, waiting: [] }));
    }
    return line;
  }
}
