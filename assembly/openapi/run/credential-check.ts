// Whether a request carries the credential that an operation asks for, by one of its requirements. Only that it is there: what it is
// worth is another stage's part.
// Source: OpenAPI 3.0.4 §4.7.27, §4.7.30; RFC 9110 §11.6.2.
import { CookieReader } from "../../http/cookie";
import { HeaderMap } from "../../http/header-map";
import { KnownHeader } from "../../http/header-name";
import { QueryReader } from "../../http/query";
import { Bytes, Credential, CredentialKind, Operation } from "../model";
import { RequestHead } from "./request-head";

@final
export class CredentialCheck {
  private cookies: CookieReader = new CookieReader();
  private queries: QueryReader = new QueryReader();
  private basic: Bytes = new Bytes("basic");
  private bearer: Bytes = new Bytes("bearer");

  holds(operation: Operation, head: RequestHead): bool {
    const sets = operation.security;
    for (let i = 0; i < sets.length; i++) if (this.holdsAll(sets[i], head)) return true;
    return sets.length == 0;
  }

  private holdsAll(set: Credential[], head: RequestHead): bool {
    for (let i = 0; i < set.length; i++) if (!this.holdsOne(set[i], head)) return false;
    return true;
  }

  private holdsOne(credential: Credential, head: RequestHead): bool {
    const headers = head.headers;
    if (headers === null) return false;
    const name = credential.name;
    switch (credential.kind) {
      case CredentialKind.Header: {
        const row = headers.find(name.ptr, name.length);
        return row >= 0 && headers.valueLength(row) > 0;
      }
      case CredentialKind.Basic:
        return hasScheme(headers, this.basic);
      case CredentialKind.Bearer:
        return hasScheme(headers, this.bearer);
      case CredentialKind.Query:
        return this.inQuery(name, head);
      case CredentialKind.Cookie:
        return this.inCookies(name, headers);
      default:
        return true;
    }
  }

  private inQuery(name: Bytes, head: RequestHead): bool {
    const reader = this.queries;
    reader.open(head.query, head.queryLength);
    while (reader.next()) {
      const isOurs = name.equals(head.query + reader.nameStart, reader.nameEnd - reader.nameStart);
      if (isOurs && reader.valueEnd > reader.valueStart) return true;
    }
    return false;
  }

  private inCookies(name: Bytes, headers: HeaderMap): bool {
    const reader = this.cookies;
    for (let row = headers.first(KnownHeader.Cookie); row >= 0;) {
      const ptr = headers.value(row);
      reader.open(ptr, headers.valueLength(row));
      while (reader.next()) {
        const isOurs = name.equals(ptr + reader.nameStart, reader.nameEnd - reader.nameStart);
        if (isOurs && reader.valueEnd > reader.valueStart) return true;
      }
      row = headers.find(headers.name(row), headers.nameLength(row), row + 1);
    }
    return false;
  }
}

/** Whether Authorization has this scheme, in any case, and something behind it. */
function hasScheme(headers: HeaderMap, scheme: Bytes): bool {
  const row = headers.first(KnownHeader.Authorization);
  if (row < 0) return false;
  const ptr = headers.value(row);
  const length = headers.valueLength(row);
  if (length < scheme.length + 2 || load<u8>(ptr + scheme.length) != 0x20) return false;
  for (let i: u32 = 0; i < scheme.length; i++) {
    if ((load<u8>(ptr + i) | 0x20) != load<u8>(scheme.ptr + i)) return false;
  }
  return true;
}
