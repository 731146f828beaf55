// What rules may ask about a request beside the request: addresses and ports of both ends, the name it was sent to, how the client
// shows who it is, and the time. Each but the client's address is found out only when some rule reads it. Times are UTC: a sandbox has no zone.
// Source: ModSecurity Reference Manual v3 (Variables); days to dates by H. Hinnant, "chrono-compatible low-level date algorithms".
import { Status } from "../../abi/constants";
import { decodeBase64, decodedLength } from "../../base/base64";
import { View } from "../../abi/view";
import { KnownHeader } from "../../http/header-name";
import { nowNs } from "../../sdk/clock";
import { getProperty } from "../../sdk/property";
import { Variable } from "../../seclang/variable-table";
import { copied } from "../../waf/run/copied";
import { NUMBER_BYTES, writeNumber } from "../../waf/model/number";
import { RequestReader } from "../../waf/run/request-reader";
import { Transaction } from "../../waf/run/transaction";
import { valueBytes, valueLength } from "../../waf/run/value";
import { RequestView } from "../request-view";

@final
export class Surroundings {
  private sourcePath: View = View.of("source\0address");
  private destinationPath: View = View.of("destination\0address");
  private scratch: View = new View();

  constructor(private reader: RequestReader) {}

  read(request: RequestView, tx: Transaction): void {
    const rules = tx.rules;
    if (rules === null) return;
    const reads = rules.reads;
    // The audit log names the client, whatever rules read.
    this.peer(this.sourcePath, tx, Variable.RemoteAddr, Variable.RemotePort);
    const address = tx.values.first(Variable.RemoteAddr);
    // No name server can be asked: a host is named by its address.
    if (reads[Variable.RemoteHost] && address != 0) this.again(tx, address);
    if (reads[Variable.ServerAddr] || reads[Variable.ServerPort])
      this.peer(this.destinationPath, tx, Variable.ServerAddr, Variable.ServerPort);
    if (reads[Variable.ServerName]) this.serverName(request, tx);
    if (reads[Variable.Duration]) {
      tx.startNs = nowNs();
      this.duration(tx);
    }
    if (reads[Variable.AuthType]) this.authType(request, tx);
    if (reads[Variable.RemoteUser]) this.user(request, tx);
    if (reads[Variable.WebAppId]) {
      const own = rules.settings.applicationId;
      this.reader.single(tx, Variable.WebAppId, own.ptr, own.length);
    }
    for (let id: u32 = Variable.Time; id <= <u32>Variable.TimeYear; id++) {
      if (reads[id]) return this.time(tx);
    }
  }

  /** UNIQUE_ID of a request without x-request-id: the time in nanoseconds. For rules that read it. */
  nameRequest(tx: Transaction): void {
    const rules = tx.rules;
    if (rules === null || !rules.reads[Variable.UniqueId]) return;
    this.reader.number(tx, Variable.UniqueId, <i64>nowNs());
    const value = tx.values.first(Variable.UniqueId);
    if (value == 0) return;
    tx.idPtr = valueBytes(value);
    tx.idLength = valueLength(value);
  }

  /** DURATION: milliseconds since the request came, to the microsecond. For rules that read it, at each phase. */
  duration(tx: Transaction): void {
    const rules = tx.rules;
    if (rules === null || !rules.reads[Variable.Duration] || tx.startNs == 0) return;
    const microseconds = <i64>(nowNs() - tx.startNs) / 1000;
    const text = tx.arena.take(NUMBER_BYTES + 4);
    if (text == 0) return;
    const length = writeNumber(microseconds / 1000, text);
    const rest = microseconds % 1000;
    store<u8>(text + length, 0x2e);
    store<u8>(text + length, 0x30 + <u8>(rest / 100), 1);
    twoDigits(text + length + 2, rest % 100);
    tx.values.drop(Variable.Duration);
    this.reader.single(tx, Variable.Duration, text, length + 4);
  }

  private again(tx: Transaction, value: usize): void {
    this.reader.single(tx, Variable.RemoteHost, valueBytes(value), valueLength(value));
  }

  /** `address:port`, the address of IPv6 in brackets. */
  private peer(path: View, tx: Transaction, address: u32, port: u32): void {
    const scratch = this.scratch;
    if (getProperty(path, scratch) != Status.Ok) return;
    const bytes = copied(tx, scratch.ptr, scratch.length);
    if (bytes == 0) return;
    let colon = scratch.length;
    while (colon > 0 && load<u8>(bytes + colon - 1) != 0x3a) colon--;
    if (colon == 0) return this.reader.single(tx, address, bytes, scratch.length);
    const inBrackets = load<u8>(bytes) == 0x5b && colon > 2;
    const skip: u32 = inBrackets ? 1 : 0;
    this.reader.single(tx, address, bytes + skip, colon - 1 - 2 * skip);
    this.reader.single(tx, port, bytes + colon, scratch.length - colon);
  }

  private serverName(request: RequestView, tx: Transaction): void {
    const headers = request.headers;
    const row = headers.first(KnownHeader.Authority);
    if (row < 0) return;
    const bytes = headers.value(row);
    let length: u32 = 0;
    const end: u8 = load<u8>(bytes) == 0x5b ? 0x5d : 0x3a;
    while (length < headers.valueLength(row) && load<u8>(bytes + length) != end) length++;
    this.reader.single(tx, Variable.ServerName, copied(tx, bytes, length), length);
  }

  /** The scheme of `authorization`, the first one when there are several. */
  private authType(request: RequestView, tx: Transaction): void {
    const headers = request.headers;
    const row = headers.first(KnownHeader.Authorization);
    if (row < 0) return;
    const bytes = headers.value(row);
    let length: u32 = 0;
    while (length < headers.valueLength(row) && load<u8>(bytes + length) != 0x20) length++;
    this.reader.single(tx, Variable.AuthType, copied(tx, bytes, length), length);
  }

  /** Who `authorization: Basic` says the client is: not verified here. */
  private user(request: RequestView, tx: Transaction): void {
    const headers = request.headers;
    const row = headers.first(KnownHeader.Authorization);
    if (row < 0) return;
    const bytes = headers.value(row);
    let from: u32 = 0;
    const end = headers.valueLength(row);
    while (from < end && load<u8>(bytes + from) != 0x20) from++;
    if (from != 5 || (load<u32>(bytes) | 0x20202020) != 0x69736162) return; // basi
    while (from < end && load<u8>(bytes + from) == 0x20) from++;
    const text = tx.arena.take(decodedLength(end - from));
    if (text == 0) return;
    const size = decodeBase64(text, bytes + from, end - from);
    let length = 0;
    while (length < size && load<u8>(text + length) != 0x3a) length++;
    this.reader.single(tx, Variable.RemoteUser, text, length);
  }

  private time(tx: Transaction): void {
    const seconds = <i64>(nowNs() / 1000000000);
    const days = seconds / 86400;
    const inDay = seconds % 86400;
    const hour = inDay / 3600;
    const minute = (inDay / 60) % 60;
    const reader = this.reader;
    reader.number(tx, Variable.TimeEpoch, seconds);
    reader.number(tx, Variable.TimeHour, hour);
    reader.number(tx, Variable.TimeMin, minute);
    reader.number(tx, Variable.TimeSec, inDay % 60);
    // 1970-01-01 was a Thursday.
    reader.number(tx, Variable.TimeWday, (days + 4) % 7);
    this.date(tx, days);
    const text = tx.arena.take(8);
    if (text == 0) return;
    twoDigits(text, hour);
    twoDigits(text + 3, minute);
    twoDigits(text + 6, inDay % 60);
    store<u8>(text, 0x3a, 2);
    store<u8>(text, 0x3a, 5);
    reader.single(tx, Variable.Time, text, 8);
  }

  /** Day of the month from 1, month from 0 as ModSecurity counts it, year. */
  private date(tx: Transaction, daysSince1970: i64): void {
    // Eras of 400 years that begin on 1 March of year 0.
    const days = daysSince1970 + 719468;
    const era = days / 146097;
    const ofEra = days - era * 146097;
    const year = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365;
    const ofYear = ofEra - (365 * year + year / 4 - year / 100);
    const fromMarch = (5 * ofYear + 2) / 153;
    const month = fromMarch < 10 ? fromMarch + 2 : fromMarch - 10;
    this.reader.number(tx, Variable.TimeDay, ofYear - (153 * fromMarch + 2) / 5 + 1);
    this.reader.number(tx, Variable.TimeMon, month);
    this.reader.number(tx, Variable.TimeYear, year + era * 400 + (month < 2 ? 1 : 0));
  }
}

function twoDigits(at: usize, value: i64): void {
  store<u8>(at, 0x30 + <u8>(value / 10));
  store<u8>(at, 0x30 + <u8>(value % 10), 1);
}
