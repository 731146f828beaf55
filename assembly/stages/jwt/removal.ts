// Takes verified tokens out of the request before it goes on (`forward: false`), so that no service behind can lose or replay them:
// a header goes as a whole, a query parameter or cookie alone. What is left is written anew in one buffer.
import { MapType, Status } from "../../abi/constants";
import { View } from "../../abi/view";
import { Block } from "../../base/block";
import { CookieReader } from "../../http/cookie";
import { QueryReader } from "../../http/query";
import { removeHeader, replaceHeader } from "../../sdk/headers";
import { RequestView } from "../request-view";
import { CredentialKind, CredentialList, isCookie } from "./credential";

/** Bytes of a rewritten path or cookie header; Envoy takes 60 KiB of headers unless told otherwise. */
const BUFFER_BYTES: u32 = 65536;

@final
export class Removal {
  private buffer: Block = new Block(0);
  private capacity: u32 = 0;
  private length: u32 = 0;
  private view: View = new View();
  private path: View = View.of(":path");
  private cookies: View = View.of("cookie");
  private query: QueryReader = new QueryReader();
  private cookie: CookieReader = new CookieReader();

  /** Takes the buffer; to be called at configure time when parameters or cookies can go. */
  prepare(): void {
    if (this.capacity > 0) return;
    this.buffer = new Block(BUFFER_BYTES);
    this.capacity = BUFFER_BYTES;
  }

  /** Takes out all tokens of the list. False: one could not be taken out. */
  run(used: CredentialList, request: RequestView): bool {
    let hasParameters = false;
    let hasCookies = false;
    for (let i = 0; i < used.count; i++) {
      const location = used.at(i).location;
      if (location === null) continue;
      if (location.kind == CredentialKind.Parameter) hasParameters = true;
      else if (location.kind == CredentialKind.Cookie) hasCookies = true;
      else if (removeHeader(MapType.RequestHeaders, location.name) != Status.Ok) return false;
    }
    if (hasParameters && !this.rewritePath(used, request)) return false;
    return !hasCookies || this.rewriteCookies(used, request);
  }

  private rewritePath(used: CredentialList, request: RequestView): bool {
    const target = request.target;
    if (request.pathLength > this.capacity) return false;
    this.length = 0;
    this.append(request.path, target.pathLength);
    const start = request.path + target.queryStart;
    const query = this.query;
    query.open(start, target.queryLength);
    let separator: u8 = 0x3f;
    while (query.next()) {
      if (used.has(start + query.valueStart)) continue;
      this.byte(separator);
      separator = 0x26;
      this.append(start + query.nameStart, query.valueEnd - query.nameStart);
    }
    this.view.set(this.buffer.ptr, this.length);
    return replaceHeader(MapType.RequestHeaders, this.path, this.view) == Status.Ok;
  }

  private rewriteCookies(used: CredentialList, request: RequestView): bool {
    const headers = request.headers;
    const cookie = this.cookie;
    this.length = 0;
    for (let row: u32 = 0; row < headers.count; row++) {
      if (headers.nameLength(row) != 6 || !isCookie(headers.name(row))) continue;
      const start = headers.value(row);
      // Pairs are joined by two bytes where they may have been joined by one.
      if (<u64>this.length + 2 * <u64>headers.valueLength(row) + 2 > this.capacity) return false;
      cookie.open(start, headers.valueLength(row));
      while (cookie.next()) {
        if (used.has(start + cookie.valueStart)) continue;
        if (this.length > 0) {
          this.byte(0x3b);
          this.byte(0x20);
        }
        this.append(start + cookie.nameStart, cookie.valueEnd - cookie.nameStart);
      }
    }
    if (this.length == 0) return removeHeader(MapType.RequestHeaders, this.cookies) == Status.Ok;
    this.view.set(this.buffer.ptr, this.length);
    return replaceHeader(MapType.RequestHeaders, this.cookies, this.view) == Status.Ok;
  }

  private append(ptr: usize, length: u32): void {
    memory.copy(this.buffer.ptr + this.length, ptr, length);
    this.length += length;
  }

  private byte(value: u8): void {
    store<u8>(this.buffer.ptr + this.length++, value);
  }
}
