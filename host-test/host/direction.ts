// One direction of a filter chain: headers, data and trailers walk from filter to filter, stop, are buffered and go on.
// This is Envoy's FilterManager (decodeHeaders/Data/Trailers and its encode mirror, commonContinue and friends) written
// once for both directions; the terminal is the router on the way up and the codec on the way down.
import { BodyBuffer } from "./body-buffer.ts";
import type { HeaderMap } from "./header-map.ts";

export const enum HeadersStatus {
  Continue,
  StopIteration,
  StopAllBuffer,
  StopAllWatermark,
}
export const enum DataStatus {
  Continue,
  StopBuffer,
  StopWatermark,
  StopNoBuffer,
}
export const enum TrailersStatus {
  Continue,
  Stop,
}
const enum Iteration {
  Continue,
  StopSingle,
  StopAllBuffer,
  StopAllWatermark,
}

/** A filter as one direction sees it. */
export interface DirectionFilter {
  headers(map: HeaderMap, end: boolean): HeadersStatus;
  data(buffer: BodyBuffer, end: boolean): DataStatus;
  trailers(map: HeaderMap): TrailersStatus;
}

/** What the direction asks of the chain it belongs to. */
export interface DirectionOwner {
  headersOut(direction: Direction, map: HeaderMap, end: boolean): void;
  dataOut(direction: Direction, buffer: BodyBuffer, end: boolean): void;
  trailersOut(direction: Direction, map: HeaderMap): void;
  /** Buffered more than the limit while not streaming: 413 or 500. */
  tooLarge(direction: Direction): void;
  /** Buffered more than the limit while streaming (true), drained again (false). */
  watermark(direction: Direction, high: boolean): void;
  /** A local reply was sent from inside a callback of this direction; it may run now. */
  aborted(direction: Direction): void;
}

/** Place of one filter in one direction. */
export class Side {
  readonly filter: DirectionFilter;
  readonly index: number;
  iteration: Iteration = Iteration.Continue;
  endStream = false;
  headersContinued = false;
  iterateFromCurrent = false;

  constructor(filter: DirectionFilter, index: number) {
    this.filter = filter;
    this.index = index;
  }
  get stoppedAll(): boolean {
    return this.iteration >= Iteration.StopAllBuffer;
  }
  get stopped(): boolean {
    return this.iteration !== Iteration.Continue;
  }
}

export class Direction {
  readonly sides: Side[];
  headers: HeaderMap | undefined;
  trailers: HeaderMap | undefined;
  buffered: BodyBuffer | undefined;
  /** The peer's end of stream arrived. */
  observedEnd = false;
  /** No frame moves any more: a local reply took over. */
  chainAborted = false;
  /** A filter callback of this direction is on the stack. */
  inCallback = false;
  /** Buffering belongs to a watermark filter: above the limit reading pauses instead of failing. */
  streaming = false;
  readonly #owner: DirectionOwner;
  readonly #limitBytes: number;
  #high = false;

  constructor(filters: readonly DirectionFilter[], owner: DirectionOwner, limitBytes: number) {
    this.sides = filters.map((filter, index) => new Side(filter, index));
    this.#owner = owner;
    this.#limitBytes = limitBytes;
  }

  /** Index of the first filter that holds the direction, -1 when none does. */
  get pausedAt(): number {
    return this.sides.findIndex((side) => side.stopped);
  }

  startHeaders(map: HeaderMap, end: boolean): void {
    this.headers = map;
    if (end) this.observedEnd = true;
    this.#runHeaders(undefined, end);
  }

  startData(buffer: BodyBuffer, end: boolean): void {
    if (end) this.observedEnd = true;
    this.#runData(undefined, buffer, end);
  }

  startTrailers(map: HeaderMap): void {
    this.trailers = map;
    this.observedEnd = true;
    this.#runTrailers(undefined);
  }

  #runHeaders(from: Side | undefined, end: boolean): void {
    const map = this.headers!;
    // Headers always start with the next filter.
    for (let i = from === undefined ? 0 : from.index + 1; i < this.sides.length; i++) {
      const side = this.sides[i];
      side.endStream = end;
      this.inCallback = true;
      let status = side.filter.headers(map, end);
      this.inCallback = false;
      if (this.chainAborted) {
        this.#owner.aborted(this);
        status = HeadersStatus.StopIteration;
      }
      if (status === HeadersStatus.Continue) {
        side.headersContinued = true;
        continue;
      }
      if (status === HeadersStatus.StopAllBuffer) side.iteration = Iteration.StopAllBuffer;
      else if (status === HeadersStatus.StopAllWatermark) {
        side.iteration = Iteration.StopAllWatermark;
      } else side.iteration = Iteration.StopSingle;
      return;
    }
    this.#owner.headersOut(this, map, end);
  }

  #firstFor(from: Side | undefined): number {
    if (from === undefined) return 0;
    return from.iterateFromCurrent ? from.index : from.index + 1;
  }

  #runData(from: Side | undefined, buffer: BodyBuffer, end: boolean): void {
    if (this.chainAborted) return;
    const hadTrailers = this.trailers !== undefined;
    let trailersAddedBy: Side | undefined;
    let stopped = false;
    for (let i = this.#firstFor(from); i < this.sides.length; i++) {
      const side = this.sides[i];
      if (side.stoppedAll) {
        this.streaming = side.iteration === Iteration.StopAllWatermark;
        this.#bufferData(buffer);
        return;
      }
      if (side.endStream) return;
      this.inCallback = true;
      side.endStream = end && this.trailers === undefined;
      const status = side.filter.data(buffer, side.endStream);
      this.inCallback = false;
      if (this.chainAborted) {
        this.#owner.aborted(this);
        return;
      }
      if (!hadTrailers && this.trailers !== undefined && trailersAddedBy === undefined) {
        end = false;
        trailersAddedBy = side;
      }
      if (!this.#afterData(side, status, buffer)) {
        stopped = true;
        break;
      }
    }
    if (!stopped) {
      this.#owner.dataOut(this, buffer, end);
      this.#drained();
    }
    if (trailersAddedBy !== undefined) this.#runTrailers(trailersAddedBy);
  }

  #afterData(side: Side, status: DataStatus, buffer: BodyBuffer): boolean {
    if (status === DataStatus.Continue) {
      if (side.iteration !== Iteration.StopSingle) return true;
      this.#bufferData(buffer);
      this.#resume(side);
      return false;
    }
    side.iteration = Iteration.StopSingle;
    if (status === DataStatus.StopNoBuffer) {
      // Without data there would be nothing to carry the end of stream when the filter continues later.
      if (this.observedEnd && this.trailers === undefined && side.endStream) {
        this.buffered ??= new BodyBuffer();
      }
    } else {
      this.streaming = status === DataStatus.StopWatermark;
      this.#bufferData(buffer);
    }
    return false;
  }

  /** Adds to the shared buffer, unless the data already is that buffer. */
  #bufferData(buffer: BodyBuffer): void {
    if (this.buffered === buffer) return;
    this.buffered ??= new BodyBuffer();
    this.buffered.moveFrom(buffer);
    this.#checkLimit();
  }

  /** What a filter that buffers does with a new chunk before it looks at the whole. */
  addBuffered(buffer: BodyBuffer): void {
    this.streaming = false;
    this.#bufferData(buffer);
  }

  #checkLimit(): void {
    if (this.#limitBytes === 0 || this.buffered!.length <= this.#limitBytes) return;
    if (!this.streaming) this.#owner.tooLarge(this);
    else if (!this.#high) {
      this.#high = true;
      this.#owner.watermark(this, true);
    }
  }

  #drained(): void {
    if (!this.#high || (this.buffered?.length ?? 0) > this.#limitBytes / 2) return;
    this.#high = false;
    this.#owner.watermark(this, false);
  }

  #runTrailers(from: Side | undefined): void {
    if (this.chainAborted) return;
    for (let i = this.#firstFor(from); i < this.sides.length; i++) {
      const side = this.sides[i];
      if (side.stoppedAll) return;
      this.inCallback = true;
      let status = side.filter.trailers(this.trailers!);
      this.inCallback = false;
      side.endStream = true;
      if (this.chainAborted) {
        this.#owner.aborted(this);
        status = TrailersStatus.Stop;
      }
      if (status === TrailersStatus.Continue) {
        if (side.iteration !== Iteration.StopSingle) continue;
        this.#resume(side);
        return;
      }
      if (!side.stopped) side.iteration = Iteration.StopSingle;
      return;
    }
    this.#owner.trailersOut(this, this.trailers!);
  }

  /** A filter lets the stream go on (continueDecoding / continueEncoding). */
  resume(index: number): void {
    this.#resume(this.sides[index]);
  }

  #resume(side: Side): void {
    if (this.chainAborted) return;
    if (side.stoppedAll) side.iterateFromCurrent = true;
    side.iteration = Iteration.Continue;
    if (!side.headersContinued) {
      side.headersContinued = true;
      const end = this.observedEnd && this.buffered === undefined && this.trailers === undefined;
      this.#runHeaders(side, end);
    }
    const hadTrailers = this.trailers !== undefined;
    if (this.buffered !== undefined) {
      this.#runData(side, this.buffered, this.observedEnd && !hadTrailers);
    }
    if (hadTrailers) this.#runTrailers(side);
    side.iterateFromCurrent = false;
  }
}
