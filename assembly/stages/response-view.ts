// The response's head as the stages see it, read as late as possible: nothing until a stage asks, the
// status alone by one host call, or all headers by one. Valid until the callback returns.
import { HeaderMap, HeaderMapStatus } from "../http/header-map";
import { MapType, Status } from "../abi/constants";
import { View } from "../abi/view";
import { decimalU64, parseU64 } from "../base/decimal";
import { getHeader, getHeaderBlock } from "../sdk/headers";

const STATUS_NAME: string = ":status";

@final
export class ResponseView {
  /** Empty until `readHeaders`. */
  readonly headers: HeaderMap = new HeaderMap();
  /** False when a body follows. */
  endOfStream: bool = false;
  private block: View = new View();
  private statusName: View = View.of(STATUS_NAME);
  private knownStatus: u32 = 0;
  private hasStatus: bool = false;
  private hasHeaders: bool = false;

  /** A response's headers callback begins. */
  begin(endOfStream: bool): void {
    this.endOfStream = endOfStream;
    this.hasStatus = false;
    if (this.hasHeaders) this.headers.clear();
    this.hasHeaders = false;
  }

  /** The HTTP status; 0 when it cannot be read. At most one host call. */
  get status(): u32 {
    if (!this.hasStatus) this.readStatus();
    return this.knownStatus;
  }

  /** Reads all headers, one host call however often it is asked. False: they cannot be read. */
  readHeaders(): bool {
    if (this.hasHeaders) return true;
    const block = this.block;
    if (getHeaderBlock(MapType.ResponseHeaders, block) != Status.Ok) return false;
    if (this.headers.read(block.ptr, block.length) != HeaderMapStatus.Ok) return false;
    this.hasHeaders = true;
    return true;
  }

  private readStatus(): void {
    this.hasStatus = true;
    this.knownStatus = 0;
    if (this.hasHeaders) {
      const name = this.statusName;
      const row = this.headers.find(name.ptr, name.length);
      if (row >= 0) this.takeStatus(this.headers.value(row), this.headers.valueLength(row));
      return;
    }
    if (getHeader(MapType.ResponseHeaders, this.statusName, this.block) != Status.Ok) return;
    this.takeStatus(this.block.ptr, this.block.length);
  }

  private takeStatus(ptr: usize, length: u32): void {
    if (parseU64(ptr, length)) this.knownStatus = <u32>decimalU64;
  }
}
