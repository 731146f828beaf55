// The head of a request and of its response into the engine's values. Everything is copied into the request's memory,
// because the host's block is gone when the callback returns and rules of later phases still read it.
import { Status } from "../../abi/constants";
import { View } from "../../abi/view";
import { HeaderMap } from "../../http/header-map";
import { KnownHeader } from "../../http/header-name";
import { getProperty } from "../../sdk/property";
import { Variable } from "../../seclang/variable-table";
import { Engine } from "../../waf/engine";
import { copied } from "../../waf/run/copied";
import { Transaction } from "../../waf/run/transaction";
import { Surroundings } from "./surroundings";
import { RequestView } from "../request-view";
import { ResponseView } from "../response-view";

@final
export class HeadReader {
  private protocolPath: View = View.of("request\0protocol");
  private scratch: View = new View();

  readonly surroundings: Surroundings;

  constructor(private engine: Engine) {
    this.surroundings = new Surroundings(engine.reader);
  }

  /** Copies the head, which must last to the end of the stream, and hands it to the engine. False: no memory. */
  read(request: RequestView, tx: Transaction): bool {
    const engine = this.engine;
    const scratch = this.scratch;
    const method = copied(tx, request.method, request.methodLength);
    // CONNECT has no path: its request line names the authority (RFC 9112 §3.2.3).
    const tunnel = request.pathLength == 0 ? request.headers.first(KnownHeader.Authority) : -1;
    const targetLength = tunnel < 0 ? request.pathLength : request.headers.valueLength(tunnel);
    const target = copied(
      tx,
      tunnel < 0 ? request.path : request.headers.value(tunnel),
      targetLength,
    );
    let protocol: usize = 0;
    let protocolLength: u32 = 0;
    if (getProperty(this.protocolPath, scratch) == Status.Ok) {
      protocol = copied(tx, scratch.ptr, scratch.length);
      protocolLength = scratch.length;
    }
    const methodLength = request.methodLength;
    engine.reader.requestLine(
      tx,
      method,
      methodLength,
      target,
      targetLength,
      protocol,
      protocolLength,
    );
    this.surroundings.read(request, tx);
    this.readHeaders(request.headers, tx);
    if (tx.idLength == 0) this.surroundings.nameRequest(tx);
    return !tx.arena.isFull;
  }

  /** Headers without pseudo-headers; `host` stands for `:authority`. */
  private readHeaders(headers: HeaderMap, tx: Transaction): void {
    for (let i: u32 = 0; i < headers.count; i++) {
      let name = headers.name(i);
      let nameLength = headers.nameLength(i);
      if (nameLength > 0 && load<u8>(name) == 0x3a) {
        if (<i32>i != headers.first(KnownHeader.Authority)) continue;
        name = HOST;
        nameLength = 4;
      } else name = copied(tx, name, nameLength);
      const length = headers.valueLength(i);
      const value = copied(tx, headers.value(i), length);
      this.engine.header(tx, name, nameLength, value, length);
      if (<i32>i == headers.first(KnownHeader.XRequestId)) {
        this.engine.reader.single(tx, Variable.UniqueId, value, length);
        tx.idPtr = value;
        tx.idLength = length;
      }
    }
  }

  /** Response headers without pseudo-headers; they were read. */
  readResponse(response: ResponseView, tx: Transaction): void {
    const headers = response.headers;
    for (let i: u32 = 0; i < headers.count; i++) {
      const name = headers.name(i);
      const nameLength = headers.nameLength(i);
      if (nameLength > 0 && load<u8>(name) == 0x3a) continue;
      const length = headers.valueLength(i);
      const value = copied(tx, headers.value(i), length);
      this.engine.responseHeader(tx, copied(tx, name, nameLength), nameLength, value, length);
    }
  }
}

/** "host" */
const HOST: usize = memory.data<u8>([0x68, 0x6f, 0x73, 0x74]);
