// One policy of the pipeline. A stage decides; it never replies, pauses, counts or logs: those are
// the pipeline's, so that every stage denies, shadows and tags in the same way. One object for each
// root context; what belongs to a request lives in the exchange (StageState).
import { ConfigValue } from "../config/value";
import { Plugin } from "../sdk/plugin";
import { Exchange, StageState } from "./exchange";
import { Judge } from "./judge";
import { RequestView } from "./request-view";
import { ResponseView } from "./response-view";
import { StatusTable } from "./status-table";
import { Verdict } from "./verdict";

export abstract class Stage {
  /** Place in the pipeline, set by it. */
  index: i32 = 0;
  /** The plugin that runs the stage, for callouts that belong to no stream; set before `prepare`. */
  plugin: Plugin | null = null;
  /** Everything the stage can say. */
  readonly table: StatusTable;
  readonly judge: Judge;

  constructor(table: StatusTable) {
    this.table = table;
    this.judge = new Judge(table);
  }

  /**
   * Reads the stage's section of the document; errors go to the document.
   * @param seed random number for hash tables that hold request data
   * @returns false when the document does not ask for this stage: it then never runs
   */
  abstract configure(root: ConfigValue, seed: u64): bool;

  /**
   * The whole document is valid and will be used: time for what leaves traces outside.
   * @returns what is wrong, or an empty text
   */
  prepare(): string {
    return "";
  }

  /** Whether `onTick` is wanted (once a second on every worker). */
  get needsTick(): bool {
    return false;
  }

  onTick(): void {}

  /**
   * The WWW-Authenticate value of a denial with this status; empty for none. Asked at configure time.
   */
  challenge(status: i32): string {
    return "";
  }

  /** The configuration is gone: gives back what is not managed. */
  dispose(): void {}

  /** State for one stream, made when its object is made; null when the stage keeps none. */
  createState(): StageState | null {
    return null;
  }

  /** Whether `exchange.identity.address` is needed (one host call a request). */
  get needsAddress(): bool {
    return false;
  }

  /** Whether the stage ever looks at a request's body: by `onRequestBody`, by Hold, or by `exchange.bodyBytes`. */
  get needsBody(): bool {
    return true;
  }

  /** Whether `passesEarly` is worth asking when this stage is the only one. */
  get hasEarlyPass(): bool {
    return false;
  }

  /**
   * Headers have come, and nobody has read them: lets a request pass that needs no more than a single header, which costs a fraction
   * of the whole map. Asked only where no other stage runs and no mode is `tag`.
   * @returns false when it has decided nothing: the request then goes the usual way
   */
  passesEarly(): bool {
    return false;
  }

  /** Headers have come. `request` is valid in this call alone. */
  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    return Verdict.Allow;
  }

  /** The stage answered Wait and then called `exchange.resume()`; the headers were read again. */
  onResume(request: RequestView, exchange: Exchange): Verdict {
    return Verdict.Allow;
  }

  /** Longest wait in milliseconds, rounded up to ticks of a second. */
  get waitLimitMs(): u32 {
    return 5000;
  }

  /**
   * The wait lasted longer than `waitLimitMs`; answers to callouts of this stream are dropped from now on.
   * @returns Allow or Hold let the request go on; Wait, the default, denies it with `request.wait_expired`
   */
  onWaitExpired(request: RequestView, exchange: Exchange): Verdict {
    return Verdict.Wait;
  }

  /** The stream ended while this stage waited: nothing may be asked of the exchange any more. */
  onAbandoned(exchange: Exchange): void {}

  // Answers to callouts that this stage made for `exchange.stream` while it waits; call
  // `exchange.resume()` when they suffice. See HttpStream for their meaning.
  onHttpCallResponse(
    tag: u32,
    headerCount: u32,
    bodySize: u32,
    trailerCount: u32,
    exchange: Exchange,
  ): void {}
  onGrpcMessage(tag: u32, size: u32, exchange: Exchange): void {}
  onGrpcClose(tag: u32, status: i32, exchange: Exchange): void {}

  /** An answer to a callout that this stage made for `plugin` with a tag of `calloutTag`. */
  onPluginHttpCallResponse(tag: u32, headerCount: u32, bodySize: u32, trailerCount: u32): void {}
  onPluginGrpcMessage(tag: u32, size: u32): void {}
  onPluginGrpcClose(tag: u32, status: i32): void {}

  /** The tag by which an answer to a callout of the plugin finds this stage; `n` is at most 0xffffff. */
  calloutTag(n: u32): u32 {
    return ((<u32>this.index) << 24) | n;
  }

  /** More body has come; `exchange.bodyBytes` counts it. Not called for tunnels. */
  onRequestBody(exchange: Exchange): Verdict {
    return Verdict.Allow;
  }

  /**
   * The request is complete, with or without trailers. Called when this stage answered Hold.
   * @param body the whole body, `length` bytes, valid in this call alone; after Enough, what had come
   */
  onRequestEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    return Verdict.Allow;
  }

  /**
   * The response's head has come, also that of a reply of this filter; asked for with
   * `exchange.wantsResponse` in a request callback. Of a reply of this filter nothing but Allow counts.
   */
  onResponseHeaders(response: ResponseView, exchange: Exchange): Verdict {
    return Verdict.Allow;
  }

  /** More of the response's body has come; `exchange.responseBytes` counts it. Called when the stage answered Hold. */
  onResponseBody(exchange: Exchange): Verdict {
    return Verdict.Allow;
  }

  /** One piece of the response's body, in order, each byte once; asked for with `exchange.wantsResponseBody`.
   * The last call has `endOfStream` set and can be empty. */
  onResponsePiece(ptr: usize, length: u32, endOfStream: bool, exchange: Exchange): void {}

  /**
   * The response is complete. Called when this stage answered Hold to its headers.
   * @param body the whole body, `length` bytes, valid in this call alone; after Enough, what had come
   */
  onResponseEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    return Verdict.Allow;
  }

  /** Whether `onEnd` is wanted. */
  get needsEnd(): bool {
    return false;
  }

  /** The stream is over, whatever ended it. Headers and bodies cannot be read any more. */
  onEnd(exchange: Exchange): void {}
}
