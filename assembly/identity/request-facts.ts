// What identities are made of: one request as bytes, filled by the stage before the first source is asked. Only what some
// source needs has to be filled (see `Need`); everything is borrowed and valid in the current callback alone.
import { HeaderMap } from "../http/header-map";
import { IpAddress } from "../http/ip";
import { RequestTarget } from "../http/request-target";
import { ClaimSource } from "./claims";

/** What a source wants filled; a set. */
export const enum Need {
  None = 0,
  /** The client's address. */
  Address = 1,
  /** The path in canonical form. */
  Path = 2,
  UriSan = 4,
  DnsSan = 8,
  Subject = 16,
  /** The host name. */
  Host = 32,
  /** The target, analysed: where its query is. */
  Target = 64,
}

@final
export class RequestFacts {
  /** The client's address after forwarding was looked through. */
  readonly address: IpAddress = new IpAddress();
  /** False: there is none, for example on a pipe. */
  hasAddress: bool = false;
  method: usize = 0;
  methodLength: u32 = 0;
  /** Host name without port, as sent; 0 bytes when there is none. */
  host: usize = 0;
  hostLength: u32 = 0;
  /** Canonical path without query (canonical-path.ts). */
  path: usize = 0;
  pathLength: u32 = 0;
  /** The path does not fit the buffer: it then matches every pattern, and is oversized as an identity. */
  pathTooLong: bool = false;
  uriSan: usize = 0;
  uriSanLength: u32 = 0;
  dnsSan: usize = 0;
  dnsSanLength: u32 = 0;
  subject: usize = 0;
  subjectLength: u32 = 0;
  /** Verified claims of this request; null when nothing verified any. */
  claims: ClaimSource | null = null;

  /** `headers` and `target` are the request's own, read anew for each request; the target's bytes start at `url`. */
  constructor(
    readonly headers: HeaderMap,
    public target: RequestTarget,
  ) {}

  /** Address of the bytes that `target` was read from. */
  url: usize = 0;
}
