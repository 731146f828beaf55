// What rules ask of a request, read from the host: each thing once a request, and only when a rule wants it. A property costs a host
// call, a walk over claims some microseconds; a rule set that asks for paths and methods pays for neither.
import { Status } from "../../abi/constants";
import { View } from "../../abi/view";
import { ClaimValues } from "../../authz/claim-values";
import { AddressKind, Attribute, Facts } from "../../authz/facts";
import { LinkerdId } from "../../authz/linkerd-id";
import { Xfcc } from "../../authz/xfcc";
import { Block } from "../../base/block";
import { IpAddress, IpStatus } from "../../http/ip";
import { KnownHeader } from "../../http/header-name";
import { getBool, getNumber, getProperty, numberRead } from "../../sdk/property";
import { Exchange } from "../exchange";
import { RequestView } from "../request-view";
import { MAX_VERIFIED_TOKENS } from "../verified-tokens";
import { AuthzConfig, PeerSource } from "./model";
import { AuthzStatus } from "./status";

/** Entries of one header joined, bytes. */
const JOINED_BYTES: u32 = 65536;
const ROW_BYTES: u32 = 16;

const enum Known {
  No = 0,
  Absent = 1,
  Present = 2,
}

@final
export class RequestFacts extends Facts {
  /** What kept a rule from being asked: an AuthzStatus, or -1. The request must then not pass. */
  fault: i32 = -1;
  private request: RequestView | null = null;
  private exchange: Exchange | null = null;
  private headers: Array<View> = [];
  /** One row an attribute: address u32, length u32, Known u32, row of a header's second entry + 1 u32. */
  private rows: Block = new Block(0);
  private count: i32 = 0;
  private joined: Block = new Block(0);
  private tokens: Array<ClaimValues> = [];
  private isRead: StaticArray<bool> = new StaticArray<bool>(MAX_VERIFIED_TOKENS);
  private forwarded: IpAddress = new IpAddress();
  private destination: IpAddress = new IpAddress();
  private knowsForwarded: Known = Known.No;
  private knowsDestination: Known = Known.No;
  private port: i32 = -2;
  private xfcc: Xfcc = new Xfcc();
  private linkerd: LinkerdId = new LinkerdId();
  private value: View = new View();
  /** Row of the next entry of the header asked last, + 1. */
  private second: u32 = 0;
  private xfccName: View = View.of("x-forwarded-client-cert");
  private linkerdName: View = View.of("l5d-client-id");
  private mtlsPath: View = View.of("connection\0mtls");
  private uriPath: View = View.of("connection\0uri_san_peer_certificate");
  private sniPath: View = View.of("connection\0requested_server_name");
  private addressPath: View = View.of("destination\0address");
  private portPath: View = View.of("destination\0port");

  /** @param config complete: what rules ask for is known */
  constructor(private config: AuthzConfig) {
    super();
    this.count = <i32>Attribute.FirstHeader + config.headers.length;
    this.rows = new Block(<u32>this.count * ROW_BYTES);
    for (let i = 0; i < config.headers.length; i++) this.headers.push(View.of(config.headers[i]));
    if (config.peer != PeerSource.Certificate) this.joined = new Block(JOINED_BYTES);
    const kept = config.usesClaims ? MAX_VERIFIED_TOKENS : 0;
    for (let i = 0; i < kept; i++) this.tokens.push(new ClaimValues(config.claims));
  }

  /** Begins a request; both are used until the callback ends. */
  begin(request: RequestView, exchange: Exchange): void {
    this.request = request;
    this.exchange = exchange;
    this.claims = null;
    this.fault = -1;
    this.port = -2;
    this.knowsForwarded = Known.No;
    this.knowsDestination = Known.No;
    memory.fill(this.rows.ptr, 0, <usize>this.count * ROW_BYTES);
    for (let i = 0; i < MAX_VERIFIED_TOKENS; i++) this.isRead[i] = false;
  }

  text(attribute: i32): bool {
    const row = this.rows.ptr + <usize>attribute * ROW_BYTES;
    let known = load<u32>(row, 8);
    if (known == Known.No) {
      known = this.find(attribute) ? Known.Present : Known.Absent;
      store<u32>(row, <u32>this.ptr);
      store<u32>(row, this.length, 4);
      store<u32>(row, known, 8);
      store<u32>(row, this.second, 12);
    } else {
      this.ptr = load<u32>(row);
      this.length = load<u32>(row, 4);
      this.second = load<u32>(row, 12);
    }
    return known == Known.Present;
  }

  next(attribute: i32): bool {
    const row = this.second;
    const request = this.request;
    if (row == 0 || request === null) return false;
    const headers = request.headers;
    const name = this.headers[attribute - <i32>Attribute.FirstHeader];
    this.is(headers.value(row - 1), headers.valueLength(row - 1));
    this.second = <u32>(headers.find(name.ptr, name.length, row) + 1);
    return true;
  }

  private find(attribute: i32): bool {
    const request = this.request;
    this.second = 0;
    if (request === null) return false;
    switch (attribute) {
      case Attribute.Method:
        return this.is(request.method, request.methodLength) && request.method != 0;
      case Attribute.Path:
        return this.is(request.path, request.target.pathLength) && request.path != 0;
      case Attribute.Host: {
        const row = request.headers.first(KnownHeader.Authority);
        if (row < 0) return false;
        return this.is(request.headers.value(row), request.headers.valueLength(row));
      }
      case Attribute.ServerName:
        return this.property(this.sniPath);
      case Attribute.Peer:
        return this.findPeer(request);
      default:
        return this.findHeader(request, this.headers[attribute - <i32>Attribute.FirstHeader]);
    }
  }

  private is(ptr: usize, length: u32): bool {
    this.ptr = ptr;
    this.length = length;
    return true;
  }

  private property(path: View): bool {
    if (getProperty(path, this.value) != Status.Ok) return false;
    return this.is(this.value.ptr, this.value.length) && this.length > 0;
  }

  /** The first entry of a header; `second` says where the next one is. */
  private findHeader(request: RequestView, name: View): bool {
    const headers = request.headers;
    const first = headers.find(name.ptr, name.length);
    if (first < 0) return false;
    this.second = <u32>(headers.find(name.ptr, name.length, <u32>first + 1) + 1);
    return this.is(headers.value(first), headers.valueLength(first));
  }

  /** All entries of a header joined by commas: one list of elements, however it was sent. */
  private joinHeader(request: RequestView, name: View): bool {
    const headers = request.headers;
    const first = headers.find(name.ptr, name.length);
    if (first < 0) return false;
    this.is(headers.value(first), headers.valueLength(first));
    let row = headers.find(name.ptr, name.length, <u32>first + 1);
    if (row < 0) return true;
    const target = this.joined.ptr;
    let length: u32 = 0;
    for (row = first; row >= 0; row = headers.find(name.ptr, name.length, <u32>row + 1)) {
      const size = headers.valueLength(row);
      if (<u64>length + size + 1 > JOINED_BYTES) {
        this.fault = AuthzStatus.Unreadable;
        return false;
      }
      if (row != first) store<u8>(target + length++, 0x2c);
      memory.copy(target + length, headers.value(row), size);
      length += size;
    }
    return this.is(target, length);
  }

  private findPeer(request: RequestView): bool {
    const source = this.config.peer;
    if (source == PeerSource.Certificate) {
      // Without mTLS a name in a certificate proves nothing.
      if (getBool(this.mtlsPath, this.value) != Status.Ok || numberRead() != 1) return false;
      return this.property(this.uriPath);
    }
    const isXfcc = source == PeerSource.Xfcc;
    if (!this.joinHeader(request, isXfcc ? this.xfccName : this.linkerdName)) return false;
    if (isXfcc) {
      const xfcc = this.xfcc;
      if (xfcc.read(this.ptr, this.length, this.config.trustedHops)) {
        return this.is(xfcc.uri, xfcc.uriLength) && xfcc.uriLength > 0;
      }
    } else if (this.linkerd.read(this.ptr, this.length)) {
      return this.is(this.linkerd.ptr, this.linkerd.length);
    }
    this.fault = AuthzStatus.PeerMalformed;
    return false;
  }

  address(kind: AddressKind): IpAddress | null {
    const exchange = this.exchange;
    const request = this.request;
    if (exchange === null || request === null) return null;
    if (kind == AddressKind.Destination) return this.findDestination();
    if (kind == AddressKind.Remote && this.isForwarded(request)) return this.forwarded;
    const identity = exchange.identity;
    return identity.addressStatus == IpStatus.Ok ? identity.address : null;
  }

  private isForwarded(request: RequestView): bool {
    if (this.knowsForwarded == Known.No) {
      const found = this.config.clientIp.forwarded(request.headers, this.forwarded);
      this.knowsForwarded = found ? Known.Present : Known.Absent;
    }
    return this.knowsForwarded == Known.Present;
  }

  private findDestination(): IpAddress | null {
    if (this.knowsDestination == Known.No) {
      this.knowsDestination = Known.Absent;
      const value = this.value;
      const address = this.destination;
      if (getProperty(this.addressPath, value) == Status.Ok) {
        const status = address.readWithPort(value.ptr, value.length);
        if (status == IpStatus.Ok) this.knowsDestination = Known.Present;
      }
    }
    return this.knowsDestination == Known.Present ? this.destination : null;
  }

  destinationPort(): i32 {
    if (this.port == -2) {
      const status = getNumber(this.portPath, this.value);
      this.port = status == Status.Ok ? <i32>numberRead() : -1;
    }
    return this.port;
  }

  tokenCount(): i32 {
    const exchange = this.exchange;
    return exchange === null ? 0 : exchange.identity.tokens.count;
  }

  select(token: i32): void {
    this.claims = null;
    const exchange = this.exchange;
    if (exchange === null || token >= exchange.identity.tokens.count) return;
    const values = this.tokens[token];
    if (!this.isRead[token]) {
      this.isRead[token] = true;
      const verified = exchange.identity.tokens.at(token);
      if (!values.read(verified.payload, verified.payloadLength)) {
        this.fault = AuthzStatus.Unreadable;
      }
    }
    this.claims = values;
  }
}
