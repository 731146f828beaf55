// Fills what identities are made of, once a request and only as far as a policy needs it: the address costs a walk through
// X-Forwarded-For, the path a copy in canonical form, each field of a certificate a host call.
import { Status } from "../../abi/constants";
import { View } from "../../abi/view";
import { Block } from "../../base/block";
import { AuthorityStatus } from "../../http/authority";
import { KnownHeader } from "../../http/header-name";
import { IpStatus } from "../../http/ip";
import { canonicalPath, maxPathBytes } from "../../identity/canonical-path";
import { ClientIp } from "../../identity/client-ip";
import { Need, RequestFacts } from "../../identity/request-facts";
import { getProperty } from "../../sdk/property";
import { Exchange } from "../exchange";
import { RequestView } from "../request-view";

@final
export class RequestReader {
  readonly clientIp: ClientIp = new ClientIp();
  private facts: RequestFacts | null = null;
  private pathBlock: Block | null = null;
  private filled: u32 = 0;
  private value: View = new View();
  private uriSan: View = View.of("connection\0uri_san_peer_certificate");
  private dnsSan: View = View.of("connection\0dns_san_peer_certificate");
  private subject: View = View.of("connection\0subject_peer_certificate");

  /** Some policy compares or counts paths: room for one is taken now. */
  wantPaths(): void {
    if (this.pathBlock === null) this.pathBlock = new Block(maxPathBytes);
  }

  /** Begins a request: method and headers; the rest comes with `fill`. */
  begin(request: RequestView): RequestFacts {
    const facts = this.factsFor(request);
    this.filled = 0;
    facts.url = request.path;
    facts.method = request.method;
    facts.methodLength = request.methodLength;
    facts.hasAddress = false;
    facts.hostLength = 0;
    return facts;
  }

  /** Fills what `needs` (a set of `Need`) names and is not filled yet. */
  fill(needs: u32, request: RequestView, exchange: Exchange): void {
    const facts = this.facts;
    const missing = needs & ~this.filled;
    if (missing == 0 || facts === null) return;
    this.filled |= missing;
    if ((missing & Need.Address) != 0) this.fillAddress(facts, exchange);
    if ((missing & Need.Host) != 0) fillHost(facts, request);
    if ((missing & (Need.Path | Need.Target)) != 0) facts.target = request.target;
    if ((missing & Need.Path) != 0) this.fillPath(facts, request);
    if ((missing & Need.UriSan) != 0) {
      facts.uriSanLength = this.read(this.uriSan);
      facts.uriSan = this.value.ptr;
    }
    if ((missing & Need.DnsSan) != 0) {
      facts.dnsSanLength = this.read(this.dnsSan);
      facts.dnsSan = this.value.ptr;
    }
    if ((missing & Need.Subject) != 0) {
      facts.subjectLength = this.read(this.subject);
      facts.subject = this.value.ptr;
    }
  }

  /** The view is one for all requests of a root, so this allocates once. */
  factsFor(request: RequestView): RequestFacts {
    let facts = this.facts;
    if (facts === null) {
      facts = new RequestFacts(request.headers, request.target);
      this.facts = facts;
    }
    return facts;
  }

  private fillAddress(facts: RequestFacts, exchange: Exchange): void {
    facts.hasAddress = this.clientIp.forwarded(facts.headers, facts.address);
    if (facts.hasAddress) return;
    const peer = exchange.identity.address;
    facts.hasAddress = exchange.identity.addressStatus == IpStatus.Ok;
    facts.address.isV4 = peer.isV4;
    facts.address.high = peer.high;
    facts.address.low = peer.low;
  }

  private fillPath(facts: RequestFacts, request: RequestView): void {
    const block = this.pathBlock;
    if (block === null) return;
    facts.path = block.ptr;
    const length = canonicalPath(request.path, facts.target.pathLength, block.ptr);
    facts.pathTooLong = length < 0;
    facts.pathLength = length < 0 ? 0 : <u32>length;
  }

  private read(path: View): u32 {
    return getProperty(path, this.value) == Status.Ok ? this.value.length : 0;
  }
}

function fillHost(facts: RequestFacts, request: RequestView): void {
  const headers = request.headers;
  const row = headers.first(KnownHeader.Authority);
  if (row < 0) return;
  const status = request.authority.read(headers.value(row), headers.valueLength(row));
  facts.host = headers.value(row);
  facts.hostLength = status == AuthorityStatus.Ok ? request.authority.hostLength : 0;
}
