// Fills the values of a request from its head: request line, headers, cookies, arguments of the query. Everything points
// into the bytes it is given, which must last as long as the request; what has to be decoded is copied.
import { decodeForm, isFormEncoded } from "../../base/form-decode";
import { escapedByte } from "../../base/percent";
import { CookieReader } from "../../http/cookie";
import { equalsLiteral } from "../../http/literal";
import { QueryReader } from "../../http/query";
import { Variable } from "../../seclang/variable-table";
import { Arena } from "./arena";
import { NUMBER_BYTES, writeNumber } from "../model/number";
import { Transaction } from "./transaction";
import { makeValue, nextValue, valueBytes, valueLength, valueNameLength } from "./value";

@final
export class RequestReader {
  private query: QueryReader = new QueryReader();
  private cookies: CookieReader = new CookieReader();

  /** Adds a variable with one value. */
  single(tx: Transaction, variable: u32, bytes: usize, length: u32): void {
    tx.values.add(makeValue(tx.arena, variable, 0, 0, bytes, length));
  }

  /** Adds a variable whose value is a number. */
  number(tx: Transaction, variable: u32, value: i64): void {
    const out = tx.arena.take(NUMBER_BYTES);
    if (out != 0) this.single(tx, variable, out, writeNumber(value, out));
  }

  /** The request line: method, target as it came, protocol ("HTTP/1.1"). */
  requestLine(
    tx: Transaction,
    method: usize,
    methodLength: u32,
    target: usize,
    targetLength: u32,
    protocol: usize,
    protocolLength: u32,
  ): void {
    this.single(tx, Variable.RequestMethod, method, methodLength);
    this.single(tx, Variable.RequestUriRaw, target, targetLength);
    this.single(tx, Variable.RequestProtocol, protocol, protocolLength);
    const line = tx.arena.take(methodLength + targetLength + protocolLength + 2);
    if (line != 0) {
      memory.copy(line, method, methodLength);
      store<u8>(line + methodLength, 0x20);
      memory.copy(line + methodLength + 1, target, targetLength);
      const end = line + methodLength + 1 + targetLength;
      store<u8>(end, 0x20);
      memory.copy(end + 1, protocol, protocolLength);
      this.single(tx, Variable.RequestLine, line, methodLength + targetLength + protocolLength + 2);
    }
    this.target(tx, target, targetLength);
  }

  /** Requests and responses of one stream speak the same protocol. */
  responseProtocol(tx: Transaction): void {
    const value = tx.values.first(Variable.RequestProtocol);
    if (value != 0)
      this.single(tx, Variable.ResponseProtocol, valueBytes(value), valueLength(value));
  }

  private target(tx: Transaction, target: usize, length: u32): void {
    let path: u32 = 0;
    while (path < length && load<u8>(target + path) != 0x3f && load<u8>(target + path) != 0x23)
      path++;
    const hasQuery = path < length && load<u8>(target + path) == 0x3f;
    let end = path;
    while (end < length && load<u8>(target + end) != 0x23) end++;
    const query = hasQuery ? path + 1 : path;
    // What stands behind a number sign is the client's own business and no part of what is asked for.
    this.single(tx, Variable.RequestUri, target, end);
    this.single(tx, Variable.QueryString, target + query, end - query);
    this.path(tx, target, path);
    this.arguments(tx, target + query, end - query, Variable.ArgsGet);
  }

  /** The path with its escapes undone, and its last segment. */
  private path(tx: Transaction, target: usize, length: u32): void {
    let bytes = target;
    let size = length;
    const out = hasPercent(target, length) ? tx.arena.take(length) : 0;
    if (out != 0) {
      bytes = out;
      size = decodePercent(out, target, length);
    }
    this.single(tx, Variable.RequestFilename, bytes, size);
    if (reads(tx, Variable.PathInfo)) this.single(tx, Variable.PathInfo, bytes, size);
    let base = size;
    while (base > 0) {
      const byte = load<u8>(bytes + base - 1);
      if (byte == 0x2f || byte == 0x5c) break;
      base--;
    }
    if (base == size) base = 0;
    this.single(tx, Variable.RequestBasename, bytes + base, size - base);
  }

  /** Arguments of a query or a form body; names go to the variable behind. */
  arguments(tx: Transaction, text: usize, length: u32, variable: u32): void {
    if (reads(tx, Variable.UrlencodedError)) this.encodingFault(tx, text, length);
    const query = this.query;
    query.open(text, length);
    while (query.next()) {
      const name = decoded(tx.arena, text + query.nameStart, query.nameEnd - query.nameStart);
      const nameLength = decodedLength;
      const value = decoded(tx.arena, text + query.valueStart, query.valueEnd - query.valueStart);
      this.argument(tx, variable, name, nameLength, value, decodedLength);
    }
  }

  /** URLENCODED_ERROR: 1 once a percent sign was seen without two hexadecimal digits. */
  private encodingFault(tx: Transaction, text: usize, length: u32): void {
    const end = text + length;
    let fault = isOne(tx.values.first(Variable.UrlencodedError));
    for (let at = text; at < end && !fault; at++) {
      if (load<u8>(at) == 0x25) fault = escapedByte(at, end) < 0;
    }
    tx.values.drop(Variable.UrlencodedError);
    this.number(tx, Variable.UrlencodedError, fault ? 1 : 0);
  }

  /** Adds one argument, and its name. */
  argument(
    tx: Transaction,
    variable: u32,
    name: usize,
    nameLength: u32,
    value: usize,
    length: u32,
  ): void {
    tx.values.add(makeValue(tx.arena, variable, name, nameLength, value, length));
    tx.values.add(makeValue(tx.arena, variable + 1, name, nameLength, name, nameLength));
  }

  /** One header; names are lower case. Cookies are taken apart. */
  header(tx: Transaction, name: usize, nameLength: u32, value: usize, length: u32): void {
    tx.values.add(makeValue(tx.arena, Variable.RequestHeaders, name, nameLength, value, length));
    tx.values.add(
      makeValue(tx.arena, Variable.RequestHeadersNames, name, nameLength, name, nameLength),
    );
    if (!equalsLiteral(name, nameLength, "cookie")) return;
    const cookies = this.cookies;
    cookies.open(value, length);
    while (cookies.next()) {
      const cookie = value + cookies.nameStart;
      let cookieLength = cookies.nameEnd - cookies.nameStart;
      const bytes = value + cookies.valueStart;
      const size = cookies.valueEnd - cookies.valueStart;
      tx.values.add(
        makeValue(tx.arena, Variable.RequestCookies, cookie, cookieLength, bytes, size),
      );
      // Without `=` it is a value to browsers and a name to ModSecurity and Coraza: looked at as both.
      if (cookieLength == 0) cookieLength = size;
      tx.values.add(
        makeValue(
          tx.arena,
          Variable.RequestCookiesNames,
          cookie,
          cookieLength,
          cookie,
          cookieLength,
        ),
      );
    }
  }

  /** ARGS_COMBINED_SIZE: bytes of all names and values. Again when a body has come. */
  combinedSize(tx: Transaction): void {
    let total: i64 = 0;
    for (let pass = 0; pass < 2; pass++) {
      const list = pass == 0 ? Variable.ArgsGet : Variable.ArgsPost;
      for (let value = tx.values.first(list); value != 0; value = nextValue(value)) {
        total += <i64>valueLength(value) + <i64>valueNameLength(value);
      }
    }
    tx.values.drop(Variable.ArgsCombinedSize);
    this.number(tx, Variable.ArgsCombinedSize, total);
  }
}

/** Whether some rule of the request's set looks at a variable. */
function reads(tx: Transaction, variable: u32): bool {
  const rules = tx.rules;
  return rules !== null && rules.reads[variable];
}

function isOne(value: usize): bool {
  return value != 0 && load<u8>(valueBytes(value)) == 0x31;
}

/** Length of what `decoded` returned last. */
let decodedLength: u32 = 0;

/** Undoes form encoding; the bytes themselves when there is nothing to undo (or no memory for it). */
function decoded(arena: Arena, bytes: usize, length: u32): usize {
  decodedLength = length;
  if (!isFormEncoded(bytes, length)) return bytes;
  const out = arena.take(length);
  if (out == 0) return bytes;
  decodedLength = decodeForm(out, bytes, length);
  arena.trim(out, decodedLength);
  return out;
}

function hasPercent(bytes: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) if (load<u8>(bytes + i) == 0x25) return true;
  return false;
}

function decodePercent(out: usize, bytes: usize, length: u32): u32 {
  const end = bytes + length;
  let to = out;
  for (let at = bytes; at < end;) {
    const escaped = load<u8>(at) == 0x25 ? escapedByte(at, end) : -1;
    store<u8>(to++, escaped >= 0 ? <u8>escaped : load<u8>(at));
    at += escaped >= 0 ? 3 : 1;
  }
  return <u32>(to - out);
}
