// Which maps and bodies of a stream are open to a filter right now. A map is open from its callback until a callback that
// returns Continue; after a pause it stays open for the rest of the stream. Writing trailers that do not exist creates
// them, but only in the callback that saw the end of the body.
import { BufferType, MapType } from "../../assembly/abi/constants.ts";
import type { BodyBuffer } from "./body-buffer.ts";
import type { FilterChain } from "./filter-chain.ts";
import type { HeaderMap } from "./header-map.ts";

export class StreamWindows {
  requestHeaders: HeaderMap | undefined;
  requestTrailers: HeaderMap | undefined;
  responseHeaders: HeaderMap | undefined;
  responseTrailers: HeaderMap | undefined;
  requestBody: BodyBuffer | undefined;
  responseBody: BodyBuffer | undefined;
  /** The last body callback asked for buffering: the next one sees the sum. */
  bufferingRequest = false;
  bufferingResponse = false;
  /** The running callback saw the end of its direction. */
  endOfStream = false;
  readonly #chain: FilterChain;

  constructor(chain: FilterChain) {
    this.#chain = chain;
  }

  /** While logging, both heads and the response trailers are back; the request trailers are not. */
  readable(type: number, logging: boolean): HeaderMap | undefined {
    const { decode, encode } = this.#chain;
    switch (type) {
      case MapType.RequestHeaders:
        return logging ? decode.headers : this.requestHeaders;
      case MapType.RequestTrailers:
        return this.requestTrailers;
      case MapType.ResponseHeaders:
        return logging ? encode.headers : this.responseHeaders;
      default:
        return logging ? encode.trailers : this.responseTrailers;
    }
  }

  writable(type: number): HeaderMap | undefined {
    const { decode, encode } = this.#chain;
    switch (type) {
      case MapType.RequestHeaders:
        return this.requestHeaders;
      case MapType.RequestTrailers:
        if (this.requestTrailers === undefined && this.requestBody && this.endOfStream) {
          this.requestTrailers = this.#chain.addTrailers(decode);
        }
        return this.requestTrailers;
      case MapType.ResponseHeaders:
        return this.responseHeaders;
      case MapType.ResponseTrailers:
        if (this.responseTrailers === undefined && this.responseBody && this.endOfStream) {
          this.responseTrailers = this.#chain.addTrailers(encode);
        }
        return this.responseTrailers;
      default:
        return undefined;
    }
  }

  /** The body as the guest may read and change it; null when there is none now. */
  body(type: number): BodyBuffer | null {
    const { decode, encode } = this.#chain;
    if (type === BufferType.RequestBody) {
      if (this.bufferingRequest) this.requestBody = decode.buffered;
      return this.requestBody ?? null;
    }
    if (this.bufferingResponse) this.responseBody = encode.buffered;
    return this.responseBody ?? null;
  }
}
