// The request as all stages see it in the headers callback: one host call, read once, shared; what takes
// a walk over bytes (target, media type) is read when the first stage asks for it. Everything in it points
// into the host's block and is valid until the callback returns; what must last longer is copied into the
// stream's Exchange.
import { Authority } from "../http/authority";
import { contentLength } from "../http/content-length";
import { HeaderMap, HeaderMapStatus } from "../http/header-map";
import { KnownHeader } from "../http/header-name";
import { equalsLiteral, startsWithLiteral } from "../http/literal";
import { MediaType, MediaTypeStatus } from "../http/media-type";
import { RequestTarget } from "../http/request-target";

@final
export class RequestView {
  readonly headers: HeaderMap = new HeaderMap();
  readonly authority: Authority = new Authority();
  private ownTarget: RequestTarget = new RequestTarget();
  private hasTarget: bool = false;
  private ownMediaType: MediaType = new MediaType();
  private ownMediaTypeStatus: MediaTypeStatus = MediaTypeStatus.Empty;
  private hasMediaType: bool = false;
  /** Address and length of `:path`, of its bytes as they came. */
  path: usize = 0;
  pathLength: u32 = 0;
  method: usize = 0;
  methodLength: u32 = 0;
  /** Content-Length, a ContentLengthStatus below 0, or NO_CONTENT_LENGTH. */
  contentLength: i64 = NO_CONTENT_LENGTH;
  /** CONNECT, by method. */
  isConnect: bool = false;
  /** The bytes that follow belong to another protocol (WebSocket, CONNECT): no body to judge. */
  isTunnel: bool = false;
  /** Content-Type application/grpc, with any suffix. */
  isGrpc: bool = false;
  /** False when something follows the headers. */
  endOfStream: bool = false;

  /** Path and query, analysed when somebody asks; nothing for CONNECT. */
  get target(): RequestTarget {
    if (!this.hasTarget) this.readTarget();
    return this.ownTarget;
  }

  /** Content-Type, read when somebody asks. */
  get mediaType(): MediaType {
    if (!this.hasMediaType) this.readMediaType();
    return this.ownMediaType;
  }

  /** What reading Content-Type found. */
  get mediaTypeStatus(): MediaTypeStatus {
    if (!this.hasMediaType) this.readMediaType();
    return this.ownMediaTypeStatus;
  }

  /** Reads a pairs block of `size` bytes; after any status but Ok nothing else may be asked. */
  read(block: usize, size: u32, endOfStream: bool): HeaderMapStatus {
    const status = this.headers.read(block, size);
    if (status != HeaderMapStatus.Ok) return status;
    this.endOfStream = endOfStream;
    this.readRequestLine();
    this.readBodyFields();
    return HeaderMapStatus.Ok;
  }

  private readRequestLine(): void {
    const headers = this.headers;
    const method = headers.first(KnownHeader.Method);
    this.method = method < 0 ? 0 : headers.value(method);
    this.methodLength = method < 0 ? 0 : headers.valueLength(method);
    this.isConnect = equalsLiteral(this.method, this.methodLength, "CONNECT");
    const path = headers.first(KnownHeader.Path);
    this.path = path < 0 ? 0 : headers.value(path);
    this.pathLength = path < 0 ? 0 : headers.valueLength(path);
    this.hasTarget = false;
  }

  private readBodyFields(): void {
    const headers = this.headers;
    const length = headers.first(KnownHeader.ContentLength);
    this.contentLength =
      length < 0
        ? NO_CONTENT_LENGTH
        : contentLength(headers.value(length), headers.valueLength(length));
    const type = headers.first(KnownHeader.ContentType);
    this.hasMediaType = false;
    this.isGrpc = type >= 0 && isGrpcType(headers.value(type), headers.valueLength(type));
    // A request that asks for an upgrade and still announces a body is judged as a request with a
    // body: an upstream that ignores the upgrade would read it as one.
    const announced = this.contentLength > 0 || headers.first(KnownHeader.TransferEncoding) >= 0;
    this.isTunnel = this.isConnect || (headers.first(KnownHeader.Upgrade) >= 0 && !announced);
  }

  private readTarget(): void {
    this.hasTarget = true;
    this.ownTarget.read(this.path, this.pathLength);
  }

  private readMediaType(): void {
    const headers = this.headers;
    const type = headers.first(KnownHeader.ContentType);
    this.hasMediaType = true;
    this.ownMediaTypeStatus =
      type < 0
        ? MediaTypeStatus.Empty
        : this.ownMediaType.read(headers.value(type), headers.valueLength(type));
  }
}

/** `contentLength` of a request without the field. */
export const NO_CONTENT_LENGTH: i64 = -100;

/** `application/grpc`, alone or before `+` or `;`: another word that begins so is another type. */
function isGrpcType(value: usize, length: u32): bool {
  if (!startsWithLiteral(value, length, "application/grpc")) return false;
  if (length == 16) return true;
  const next = load<u8>(value, 16);
  return next == 0x2b || next == 0x3b;
}
