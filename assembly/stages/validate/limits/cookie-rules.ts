// How many cookies there may be and how large. HTTP/1.1 clients may send several Cookie headers:
// they are counted as one list.
import { CookieReader } from "../../../http/cookie";
import { KnownHeader } from "../../../http/header-name";
import { HeaderMap } from "../../../http/header-map";
import { Judge } from "../../judge";
import { RequestView } from "../../request-view";
import { LimitsStatus } from "./status";

@final
export class CookieRules {
  maxCount: u32 = 100;
  /** One cookie, name and value. Browsers store 4,096 bytes. */
  maxCookieBytes: u32 = 4096;
  /** All Cookie headers together. */
  maxTotalBytes: u32 = 16384;
  private reader: CookieReader = new CookieReader();
  private count: u32 = 0;
  private largest: u32 = 0;

  /** True when a finding denies the request. */
  judge(request: RequestView, judge: Judge): bool {
    const headers = request.headers;
    const first = headers.first(KnownHeader.Cookie);
    if (first < 0) return false;
    this.count = 0;
    this.largest = 0;
    let total: u32 = 0;
    let row = first;
    while (row >= 0) {
      total += headers.valueLength(row);
      this.read(headers, row);
      row = headers.find(headers.name(first), headers.nameLength(first), row + 1);
    }
    if (judge.exceeds(LimitsStatus.TooManyCookies, this.count, this.maxCount)) return true;
    if (judge.exceeds(LimitsStatus.CookieTooLarge, this.largest, this.maxCookieBytes)) return true;
    return judge.exceeds(LimitsStatus.CookiesTooLarge, total, this.maxTotalBytes);
  }

  private read(headers: HeaderMap, row: u32): void {
    const reader = this.reader;
    reader.open(headers.value(row), headers.valueLength(row));
    while (reader.next()) {
      this.count++;
      if (reader.size > this.largest) this.largest = reader.size;
    }
  }
}
