// A cookie's value as a part of an identity, from all Cookie headers (over HTTP/1.1 they stay apart). A name that stands twice
// is Repeated: servers disagree on which one counts.
import { Block } from "../base/block";
import { CookieReader } from "../http/cookie";
import { KnownHeader } from "../http/header-name";
import { IdentitySource } from "./source";
import { SourceStatus } from "./source-status";
import { RequestFacts } from "./request-facts";
import { Tuple } from "./tuple";

@final
export class CookieSource extends IdentitySource {
  private reader: CookieReader = new CookieReader();

  /** Cookie names are case-sensitive. */
  constructor(
    private name: Block,
    private nameLength: u32,
  ) {
    super();
  }

  read(facts: RequestFacts, tuple: Tuple): SourceStatus {
    const headers = facts.headers;
    const first = headers.first(KnownHeader.Cookie);
    if (first < 0) return SourceStatus.Missing;
    const headerName = headers.name(first);
    const headerLength = headers.nameLength(first);
    let found: usize = 0;
    let length: u32 = 0;
    for (let row = first; row >= 0; row = headers.find(headerName, headerLength, <u32>row + 1)) {
      const value = headers.value(row);
      this.reader.open(value, headers.valueLength(row));
      while (this.reader.next()) {
        if (!this.isNamed(value)) continue;
        if (found != 0) return SourceStatus.Repeated;
        found = value + this.reader.valueStart;
        length = this.reader.valueEnd - this.reader.valueStart;
      }
    }
    return found == 0 ? SourceStatus.Missing : tuple.part(found, length);
  }

  private isNamed(value: usize): bool {
    const start = this.reader.nameStart;
    if (this.reader.nameEnd - start != this.nameLength) return false;
    return memory.compare(value + start, this.name.ptr, this.nameLength) == 0;
  }
}
