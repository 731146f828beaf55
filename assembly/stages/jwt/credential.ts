// Where a request carries tokens, and the tokens found there. A request that carries more than one is refused (RFC 6750 §2 allows
// one method a request): never does the first valid one win. Envoy joins repeated `authorization` headers by comma before a filter
// sees them, so a comma means more than one, too.
import { View } from "../../abi/view";
import { indexOfByte } from "../../base/find-byte";
import { CookieReader } from "../../http/cookie";
import { QueryReader } from "../../http/query";
import { RequestView } from "../request-view";

/** Tokens of one request that are told apart. */
export const MAX_CREDENTIALS: i32 = 32;

export const enum CredentialKind {
  Header = 0,
  Parameter = 1,
  Cookie = 2,
}

/** One token as it stands in the request; valid in the headers callback. */
@final
export class Credential {
  ptr: usize = 0;
  length: u32 = 0;
  location: Location | null = null;
}

@final
export class CredentialList {
  count: i32 = 0;
  /** More than one token was found. */
  hasMany: bool = false;
  private items: Array<Credential> = [];

  constructor() {
    for (let i = 0; i < MAX_CREDENTIALS; i++) this.items.push(new Credential());
  }

  clear(): void {
    this.count = 0;
    this.hasMany = false;
  }

  at(index: i32): Credential {
    return this.items[index];
  }

  /** Whether a token starts at this address of the request. */
  has(ptr: usize): bool {
    for (let i = 0; i < this.count; i++) if (this.items[i].ptr == ptr) return true;
    return false;
  }

  /** Adds a token; one that was found before is the same. */
  add(ptr: usize, length: u32, location: Location): void {
    if (this.has(ptr)) return;
    if (this.count > 0) this.hasMany = true;
    if (this.count == MAX_CREDENTIALS) return;
    const item = this.items[this.count++];
    item.ptr = ptr;
    item.length = length;
    item.location = location;
  }
}

/** One place a provider's tokens come from. */
@final
export class Location {
  private query: QueryReader = new QueryReader();
  private cookie: CookieReader = new CookieReader();

  /**
   * @param name of the header (lower case), parameter or cookie
   * @param prefix what stands before the token in a header, compared in any case; empty: nothing
   */
  constructor(
    readonly kind: CredentialKind,
    readonly name: View,
    private prefix: View,
  ) {}

  /** Adds what stands here. */
  collect(request: RequestView, list: CredentialList): void {
    if (this.kind == CredentialKind.Header) this.collectHeaders(request, list);
    else if (this.kind == CredentialKind.Cookie) this.collectCookies(request, list);
    else this.collectParameters(request, list);
  }

  private collectHeaders(request: RequestView, list: CredentialList): void {
    const headers = request.headers;
    let row = headers.find(this.name.ptr, this.name.length);
    for (; row >= 0; row = headers.find(this.name.ptr, this.name.length, row + 1)) {
      this.collectValue(headers.value(row), headers.valueLength(row), list);
    }
  }

  /** Adds what stands in one value of this header. */
  collectValue(at: usize, length: u32, list: CredentialList): void {
    const end = at + length;
    if (!hasPrefix(at, length, this.prefix)) return;
    at += this.prefix.length;
    if (this.prefix.length > 0) while (at < end && load<u8>(at) == 0x20) at++;
    const size = <u32>(end - at);
    list.add(at, size, this);
    if (indexOfByte(at, 0, size, 0x2c) < size) list.hasMany = true;
  }

  private collectParameters(request: RequestView, list: CredentialList): void {
    const target = request.target;
    if (!target.hasQuery) return;
    const query = this.query;
    const start = request.path + target.queryStart;
    query.open(start, target.queryLength);
    while (query.next()) {
      if (!this.isNamed(start + query.nameStart, query.nameEnd - query.nameStart)) continue;
      list.add(start + query.valueStart, query.valueEnd - query.valueStart, this);
    }
  }

  private collectCookies(request: RequestView, list: CredentialList): void {
    const headers = request.headers;
    const cookie = this.cookie;
    for (let row = headers.findLiteral("cookie"); row >= 0 && <u32>row < headers.count; row++) {
      if (headers.nameLength(row) != 6 || !isCookie(headers.name(row))) continue;
      const start = headers.value(row);
      cookie.open(start, headers.valueLength(row));
      while (cookie.next()) {
        if (!this.isNamed(start + cookie.nameStart, cookie.nameEnd - cookie.nameStart)) continue;
        list.add(start + cookie.valueStart, cookie.valueEnd - cookie.valueStart, this);
      }
    }
  }

  private isNamed(ptr: usize, length: u32): bool {
    return length == this.name.length && memory.compare(ptr, this.name.ptr, length) == 0;
  }
}

/** "cookie", of six bytes. */
export function isCookie(name: usize): bool {
  return load<u32>(name) == 0x6b6f6f63 && load<u16>(name, 4) == 0x6569;
}

/** Compares ASCII letters in any case: the scheme of a credential has none (RFC 9110 §11.1). */
function hasPrefix(ptr: usize, length: u32, prefix: View): bool {
  if (length < prefix.length) return false;
  for (let i: u32 = 0; i < prefix.length; i++) {
    if (lower(load<u8>(ptr + i)) != lower(load<u8>(prefix.ptr + i))) return false;
  }
  return true;
}

function lower(byte: u8): u8 {
  return <u8>(byte - 0x41) < 26 ? byte | 0x20 : byte;
}
