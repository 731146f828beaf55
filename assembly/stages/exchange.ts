// What is known of one request from its first callback to its last: small, flat, put back to zero
// when the stream's object serves the next request. Stages keep their own per-request numbers in a
// StageState that the exchange holds for them.
import { PairsWriter } from "../abi/pairs-writer";
import { View } from "../abi/view";
import { Block } from "../base/block";
import { IpAddress, IpStatus } from "../http/ip";
import { MAX_ID_BYTES } from "./audit-line";
import { Findings } from "./findings";
import { StageStream } from "./stage-stream";
import { VerifiedTokens } from "./verified-tokens";

/** Longest issuer and longest subject that are kept, bytes. OpenID Connect Core §2 allows a `sub` 255. */
export const MAX_PRINCIPAL_BYTES: u32 = 255;

/** A stage's own state for one request. */
export abstract class StageState {
  /** Puts everything back to what a new request needs. */
  abstract reset(): void;
}

/**
 * Who sent the request, as far as the stages that ran have found out; shared by all that follow.
 */
@final
export class Identity {
  /** The client's address as Envoy gives it; to be trusted as `source.address` is (README.md). */
  readonly address: IpAddress = new IpAddress();
  addressStatus: IpStatus = IpStatus.Empty;
  /**
   * The verified tokens with all their claims, in the order of verification; none (`count` 0) when the jwt stage is not
   * configured, the route asks for nothing, or a bad token was let pass by `allowMissingOrFailed` or a mode.
   */
  readonly tokens: VerifiedTokens = new VerifiedTokens();
  /** `iss` and `sub` of the token verified last, copied; a length of 0 when there is none. */
  issuerLength: u32 = 0;
  subjectLength: u32 = 0;
  private principal: Block = new Block(2 * MAX_PRINCIPAL_BYTES);

  get issuer(): usize {
    return this.principal.ptr;
  }

  get subject(): usize {
    return this.principal.ptr + MAX_PRINCIPAL_BYTES;
  }

  /**
   * Keeps who a verified token speaks of. One that is too long is left out whole: cut off, two of them
   * could be taken for one.
   */
  setPrincipal(issuer: usize, issuerLength: u32, subject: usize, subjectLength: u32): void {
    const fits = max(issuerLength, subjectLength) <= MAX_PRINCIPAL_BYTES;
    this.issuerLength = fits ? issuerLength : 0;
    this.subjectLength = fits ? subjectLength : 0;
    memory.copy(this.issuer, issuer, this.issuerLength);
    memory.copy(this.subject, subject, this.subjectLength);
  }

  reset(): void {
    this.addressStatus = IpStatus.Empty;
    this.issuerLength = 0;
    this.subjectLength = 0;
    this.tokens.clear();
  }
}

/** A request's way through the pipeline. */
@final
export class Exchange {
  readonly identity: Identity = new Identity();
  readonly findings: Findings = new Findings();
  /** One entry for each stage, in order; null where the stage keeps nothing. */
  readonly states: StaticArray<StageState | null>;
  /** A gRPC client reads denials from grpc-status and grpc-message. */
  isGrpc: bool = false;
  /** CONNECT: nothing that follows is a body. */
  isConnect: bool = false;
  /** Some stage looks at the body. */
  wantsBody: bool = false;
  /** The body is held back until its end was judged. */
  holdsBody: bool = false;
  /** The head is still here, so that headers can be changed. */
  holdsHead: bool = false;
  /** The request was denied, or its end was judged: later callbacks have nothing to do. */
  isOver: bool = false;
  /** Set by a stage in a request callback: it wants the response's headers. The pipeline notes who asked. */
  wantsResponse: bool = false;
  /** Set by a stage in `onResponseHeaders`: it wants every piece of the response's body. */
  wantsResponseBody: bool = false;
  /** Bytes that take the place of the response's body; set in `onResponseEnd`, valid in that call. */
  newBody: View | null = null;
  private newBodyView: View = new View();
  /** All headers of a denial that has more than the usual ones, and its body; null: the usual. */
  denialHeaders: PairsWriter | null = null;
  denialBody: View | null = null;
  /** Body bytes seen so far; those Envoy buffers are counted once. */
  bodyBytes: u64 = 0;
  /** The same for the response. */
  responseBytes: u64 = 0;
  /** The request's id, copied because the headers go before the body comes. */
  private idBlock: Block = new Block(MAX_ID_BYTES);
  readonly requestId: usize = this.idBlock.ptr;
  /** 0 when there is none that is safe to repeat. */
  requestIdLength: u32 = 0;

  /** @param stream the stream of this exchange, for callouts that a stage makes while it waits */
  constructor(
    stageCount: i32,
    readonly stream: StageStream,
  ) {
    this.states = new StaticArray<StageState | null>(stageCount);
  }

  /** Copies an id of at most MAX_ID_BYTES. */
  setRequestId(ptr: usize, length: u32): void {
    memory.copy(this.requestId, ptr, length);
    this.requestIdLength = length;
  }

  /** For the stage that answered Wait: it can decide now. Nothing happens when it does not wait. */
  resume(): void {
    this.stream.resume();
  }

  /**
   * Puts other bytes in the place of the held response body, from `onResponseEnd`. Where the head is not
   * held, the stage must have called `freeResponseLength` in `onResponseHeaders`.
   */
  replaceResponseBody(ptr: usize, length: u32): void {
    this.newBodyView.ptr = ptr;
    this.newBodyView.length = length;
    this.newBody = this.newBodyView;
  }

  reset(): void {
    this.identity.reset();
    this.findings.clear();
    this.requestIdLength = 0;
    this.isGrpc = false;
    this.isConnect = false;
    this.wantsBody = false;
    this.holdsBody = false;
    this.holdsHead = false;
    this.isOver = false;
    this.wantsResponse = false;
    this.wantsResponseBody = false;
    this.newBody = null;
    this.denialHeaders = null;
    this.denialBody = null;
    this.bodyBytes = 0;
    this.responseBytes = 0;
    for (let i = 0; i < this.states.length; i++) {
      const state = this.states[i];
      if (state !== null) state.reset();
    }
  }
}
