// Two stages whose verdicts a request dictates, in the real pipeline: how Wait, Hold, Enough, denials and
// replacements of both directions combine is then seen from outside, in the Node host and in Envoy.
// `x-first` and `x-second` hold one letter for each callback, in the order of `Turn`: a(llow), d(eny),
// h(old), w(ait for the cluster aux), q (wait for nothing), e(nough), r(ead along), x (replace), - (not asked for). No header: all allow.
import { LogLevel, Status } from "../abi/constants";
import { PairsWriter } from "../abi/pairs-writer";
import { View } from "../abi/view";
import { Block } from "../base/block";
import { ConfigValue } from "../config/value";
import { freeResponseLength } from "../sdk/body";
import { install } from "../sdk/contexts";
import { callHttp } from "../sdk/http-call";
import { log } from "../sdk/log";
import { Plugin } from "../sdk/plugin";
import { Exchange, StageState } from "../stages/exchange";
import { Pipeline } from "../stages/pipeline";
import { RequestView } from "../stages/request-view";
import { ResponseView } from "../stages/response-view";
import { Stage } from "../stages/stage";
import { StatusTable } from "../stages/status-table";
import { Verdict } from "../stages/verdict";

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_configure,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_memory_allocate,
  proxy_on_request_body,
  proxy_on_request_headers,
  proxy_on_request_trailers,
  proxy_on_response_body,
  proxy_on_response_headers,
  proxy_on_response_trailers,
  proxy_on_tick,
} from "../sdk/callbacks";
export { proxy_on_http_call_response } from "../sdk/callout-callbacks";

const enum Turn {
  RequestHeaders = 0,
  Resume = 1,
  RequestBody = 2,
  RequestEnd = 3,
  ResponseHeaders = 4,
  ResponseBody = 5,
  ResponseEnd = 6,
  Expired = 7,
}

const TURNS: u32 = 8;
const statuses: string = `
denied | 403 | 7 | enforce | The probe denies.
`;

@final
class Letters extends StageState {
  private block: Block = new Block(TURNS);
  readonly ptr: usize = this.block.ptr;

  reset(): void {
    memory.fill(this.ptr, 0x61, TURNS);
  }
}

@final
class ProbeStage extends Stage {
  private header: View = View.of("x-" + this.name);
  private cluster: View = View.of("aux");
  private other: View = View.of("replaced");
  private call: PairsWriter = new PairsWriter(3, 128);

  constructor(private name: string) {
    super(new StatusTable(name, statuses));
    add(this.call, ":method", "GET");
    add(this.call, ":path", "/");
    add(this.call, ":authority", "aux.test");
  }

  configure(root: ConfigValue, seed: u64): bool {
    return true;
  }

  createState(): StageState | null {
    const letters = new Letters();
    letters.reset();
    return letters;
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    const headers = request.headers;
    const row = headers.find(this.header.ptr, this.header.length);
    const letters = this.letters(exchange);
    if (row >= 0) {
      memory.copy(letters, headers.value(row), min<u32>(headers.valueLength(row), TURNS));
    }
    exchange.wantsResponse = load<u8>(letters, Turn.ResponseHeaders) != 0x2d;
    return this.turn(exchange, Turn.RequestHeaders, "headers");
  }

  onResume(request: RequestView, exchange: Exchange): Verdict {
    return this.turn(exchange, Turn.Resume, `resume ${request.headers.count}`);
  }

  onWaitExpired(request: RequestView, exchange: Exchange): Verdict {
    return this.turn(exchange, Turn.Expired, "expired");
  }

  get waitLimitMs(): u32 {
    return 500;
  }

  onAbandoned(exchange: Exchange): void {
    log(LogLevel.Info, `${this.name} abandoned`);
  }

  onHttpCallResponse(
    tag: u32,
    headerCount: u32,
    bodySize: u32,
    trailerCount: u32,
    exchange: Exchange,
  ): void {
    log(LogLevel.Info, `${this.name} answer ${tag} ${bodySize}`);
    exchange.resume();
  }

  onRequestBody(exchange: Exchange): Verdict {
    return this.turn(exchange, Turn.RequestBody, `body ${exchange.bodyBytes}`);
  }

  onRequestEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    return this.turn(exchange, Turn.RequestEnd, `end ${String.UTF8.decodeUnsafe(body, length)}`);
  }

  onResponseHeaders(response: ResponseView, exchange: Exchange): Verdict {
    const letter = load<u8>(this.letters(exchange), Turn.ResponseHeaders);
    if (letter == 0x72) exchange.wantsResponseBody = true;
    if (letter == 0x68) freeResponseLength(exchange.stream);
    return this.turn(exchange, Turn.ResponseHeaders, `response ${response.status}`);
  }

  onResponseBody(exchange: Exchange): Verdict {
    return this.turn(exchange, Turn.ResponseBody, `response body ${exchange.responseBytes}`);
  }

  onResponsePiece(ptr: usize, length: u32, endOfStream: bool, exchange: Exchange): void {
    const text = String.UTF8.decodeUnsafe(ptr, length);
    log(LogLevel.Info, `${this.name} piece ${text} ${endOfStream ? 1 : 0}`);
  }

  onResponseEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    const letter = load<u8>(this.letters(exchange), Turn.ResponseEnd);
    if (letter == 0x78) exchange.replaceResponseBody(this.other.ptr, this.other.length);
    const text = String.UTF8.decodeUnsafe(body, length);
    return this.turn(exchange, Turn.ResponseEnd, `response end ${text}`);
  }

  get needsEnd(): bool {
    return true;
  }

  onEnd(exchange: Exchange): void {
    log(LogLevel.Info, `${this.name} over`);
  }

  private turn(exchange: Exchange, turn: Turn, what: string): Verdict {
    log(LogLevel.Info, `${this.name} ${what}`);
    const letter = load<u8>(this.letters(exchange) + turn);
    if (letter == 0x68) return Verdict.Hold;
    if (letter == 0x65) return Verdict.Enough;
    if (letter == 0x71) return Verdict.Wait;
    if (letter == 0x77) return this.wait(exchange);
    if (letter != 0x64) return Verdict.Allow;
    this.judge.begin(exchange.findings, this.index);
    return this.judge.found(0) ? Verdict.Deny : Verdict.Allow;
  }

  private wait(exchange: Exchange): Verdict {
    const status = callHttp(exchange.stream, 7, this.cluster, this.call, 5000);
    return status == Status.Ok ? Verdict.Wait : Verdict.Deny;
  }

  private letters(exchange: Exchange): usize {
    return changetype<Letters>(exchange.states[this.index]).ptr;
  }
}

function add(headers: PairsWriter, name: string, value: string): void {
  const nameBytes = View.of(name);
  const valueBytes = View.of(value);
  headers.add(nameBytes.ptr, nameBytes.length, valueBytes.ptr, valueBytes.length);
}

install((): Plugin => new Pipeline([new ProbeStage("first"), new ProbeStage("second")]));
