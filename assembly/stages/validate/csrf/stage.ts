// Cross-site request forgery, by what browsers say of a request and no page can change: Sec-Fetch-Site (Fetch
// Metadata) and Origin (RFC 6454 §7, WHATWG Fetch §3.1), with Referer for old browsers. Only requests that may
// change something are asked, and by default only those with cookies: without credentials of the browser there
// is nothing to forge.
import { Glob, isGlob } from "../../../base/glob";
import { ConfigValue } from "../../../config/value";
import { Authority, AuthorityStatus } from "../../../http/authority";
import { HeaderMap } from "../../../http/header-map";
import { KnownHeader } from "../../../http/header-name";
import { HostPattern } from "../../../http/host-pattern";
import { equalsLiteral, equalsLiteralFolded } from "../../../http/literal";
import { Exchange } from "../../exchange";
import { MAX_LIST, entriesOf, hostPatterns, tokens } from "../../lists";
import { readModes } from "../../modes";
import { RequestView } from "../../request-view";
import { Stage } from "../../stage";
import { StatusTable } from "../../status-table";
import { Verdict } from "../../verdict";
import { CsrfStatus, csrfStatuses } from "./status";

/** What was found of the origin. */
const enum Source {
  Same,
  Trusted,
  Other,
  Malformed,
}

@final
export class CsrfStage extends Stage {
  /** Methods that change nothing (RFC 9110 §9.2.1). */
  private safe: Array<string> = ["GET", "HEAD", "OPTIONS", "TRACE"];
  private trusted: Array<HostPattern> | null = null;
  private exempt: Array<Glob> = [];
  private allowSameSite: bool = false;
  private cookiesOnly: bool = true;
  private authority: Authority = new Authority();
  private own: Authority = new Authority();

  constructor() {
    super(new StatusTable("csrf", csrfStatuses));
  }

  configure(root: ConfigValue, seed: u64): bool {
    const section = root.get("validate").get("csrf");
    readModes(section, this.judge, this.table);
    this.trusted = hostPatterns(section.get("trustedOrigins"));
    this.allowSameSite = section.get("allowSameSite").bool(false);
    this.cookiesOnly = section.get("cookiesOnly").bool(true);
    const methods = section.get("safeMethods");
    const names = tokens(methods, false, 'write a method such as "GET"');
    if (methods.isPresent) this.safe = names;
    const paths = entriesOf(section.get("exemptPaths"), 0, MAX_LIST);
    for (let i = 0; i < paths.length; i++) {
      if (!paths[i].isText(1, 255)) continue;
      const text = paths[i].string("");
      if (isGlob(text)) this.exempt.push(new Glob(text));
    }
    return section.isPresent;
  }

  get needsBody(): bool {
    return false;
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    if (this.isSafe(request)) return Verdict.Allow;
    const headers = request.headers;
    if (this.cookiesOnly && headers.first(KnownHeader.Cookie) < 0) return Verdict.Allow;
    this.judge.begin(exchange.findings, this.index);
    return this.judgeOrigin(headers) ? Verdict.Deny : Verdict.Allow;
  }

  private isSafe(request: RequestView): bool {
    for (let i = 0; i < this.safe.length; i++) {
      if (equalsLiteral(request.method, request.methodLength, this.safe[i])) return true;
    }
    for (let i = 0; i < this.exempt.length; i++) {
      if (this.exempt[i].matches(request.path, request.target.pathLength)) return true;
    }
    return false;
  }

  /** True when a finding denies the request. */
  private judgeOrigin(headers: HeaderMap): bool {
    const judge = this.judge;
    const origin = headers.first(KnownHeader.Origin);
    const row = origin >= 0 ? origin : headers.first(KnownHeader.Referer);
    const source = row >= 0 ? this.sourceOf(headers, row) : Source.Malformed;
    // A trusted origin may be of another site; only Origin and Referer can say so.
    if (row >= 0 && source == Source.Trusted) return false;
    const fetch = headers.findLiteral("sec-fetch-site");
    if (fetch >= 0) {
      const value = headers.value(fetch);
      const length = headers.valueLength(fetch);
      const isOwn =
        equalsLiteral(value, length, "same-origin") || equalsLiteral(value, length, "none");
      const isSite = this.allowSameSite && equalsLiteral(value, length, "same-site");
      if (!isOwn && !isSite) return judge.found(CsrfStatus.CrossSite);
      // Both must agree: an extension or an old proxy may have written one of them.
      if (isSite || origin < 0) return false;
    }
    if (row < 0) return judge.found(CsrfStatus.OriginMissing);
    if (source == Source.Malformed) return judge.found(CsrfStatus.OriginMalformed);
    return source == Source.Other && judge.found(CsrfStatus.CrossOrigin);
  }

  /** Compares the host and port of an Origin or Referer with those of the request and of the list. */
  private sourceOf(headers: HeaderMap, row: u32): Source {
    const ptr = headers.value(row);
    const length = headers.valueLength(row);
    const start = afterScheme(ptr, length);
    if (start == 0) return Source.Malformed;
    let end = start;
    while (end < length && load<u8>(ptr + end) != 0x2f && load<u8>(ptr + end) != 0x3f) end++;
    const authority = this.authority;
    if (authority.read(ptr + start, end - start) != AuthorityStatus.Ok) return Source.Malformed;
    const trusted = this.trusted;
    if (trusted !== null) {
      for (let i = 0; i < trusted.length; i++) {
        if (trusted[i].matches(ptr + start, authority)) return Source.Trusted;
      }
    }
    return this.isOwn(headers, ptr + start, start == 8 ? 443 : 80) ? Source.Same : Source.Other;
  }

  private isOwn(headers: HeaderMap, host: usize, usualPort: i32): bool {
    const row = headers.first(KnownHeader.Authority);
    if (row < 0) return false;
    const own = this.own;
    const ptr = headers.value(row);
    if (own.read(ptr, headers.valueLength(row)) != AuthorityStatus.Ok) return false;
    const other = this.authority;
    if (own.hostLength != other.hostLength) return false;
    const ownPort = own.port < 0 ? usualPort : own.port;
    const otherPort = other.port < 0 ? usualPort : other.port;
    if (ownPort != otherPort) return false;
    for (let i: u32 = 0; i < own.hostLength; i++) {
      if (lower(load<u8>(ptr + i)) != lower(load<u8>(host + i))) return false;
    }
    return true;
  }
}

/** Where the authority begins behind http:// or https://; 0 for anything else, `null` among them. */
function afterScheme(ptr: usize, length: u32): u32 {
  if (length > 8 && equalsLiteralFolded(ptr, 8, "https://")) return 8;
  return length > 7 && equalsLiteralFolded(ptr, 7, "http://") ? 7 : 0;
}

function lower(byte: u8): u8 {
  return <u8>(byte - 0x41) < 26 ? byte | 0x20 : byte;
}
