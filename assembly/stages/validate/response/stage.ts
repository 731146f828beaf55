// The response stage: security headers on every response, and on request a search of text responses for what
// they should not tell. Stands first in the pipeline, so that replies of other stages get the headers too.
import { ConfigValue } from "../../../config/value";
import { Leak, findLeaks, prepareLeaks } from "./leaks";
import { HeaderMap } from "../../../http/header-map";
import { KnownHeader } from "../../../http/header-name";
import { equalsLiteralFolded } from "../../../http/literal";
import { MediaType, MediaTypeStatus } from "../../../http/media-type";
import { freeResponseLength } from "../../../sdk/body";
import { Exchange, StageState } from "../../exchange";
import { RequestView } from "../../request-view";
import { ResponseView } from "../../response-view";
import { Stage } from "../../stage";
import { StatusTable } from "../../status-table";
import { Mode, Verdict } from "../../verdict";
import { SecurityHeaders } from "./security-headers";
import { ResponseStatus, responseStatuses } from "./status";

/** What to do with a kind of leak, in the order of the configuration's words. */
const ACTIONS: StaticArray<string> = ["off", "shadow", "mask", "deny"];

@final
class ResponseState extends StageState {
  /** The body is held to be searched. */
  searches: bool = false;

  reset(): void {
    this.searches = false;
  }
}

@final
export class ResponseStage extends Stage {
  private headers: SecurityHeaders = new SecurityHeaders();
  /** Leaks looked for, and those that are masked. */
  private wanted: u32 = 0;
  private masked: u32 = 0;
  private maxBytes: u32 = 262144;
  private mediaType: MediaType = new MediaType();

  constructor() {
    super(new StatusTable("response", responseStatuses));
  }

  configure(root: ConfigValue, seed: u64): bool {
    const section = root.get("validate").get("response");
    this.headers.read(section.get("headers"));
    const leaks = section.get("leaks");
    this.readLeak(leaks.get("cardNumbers"), Leak.Card, ResponseStatus.LeakCard);
    this.readLeak(leaks.get("keys"), Leak.Key, ResponseStatus.LeakKey);
    this.readLeak(leaks.get("stackTraces"), Leak.Trace, ResponseStatus.LeakTrace);
    this.maxBytes = <u32>leaks.get("maxBytes").sizeBytes(this.maxBytes, 1, 67108864);
    return section.isPresent;
  }

  /** Masking lets the response through, so that it counts as shadow. */
  private readLeak(value: ConfigValue, kind: u32, status: ResponseStatus): void {
    const action = value.choice(ACTIONS.slice<string[]>(), 0);
    if (action == 0) return;
    this.wanted |= kind;
    if (action == 2) this.masked |= kind;
    this.judge.setMode(status, action == 3 ? Mode.Enforce : Mode.Shadow);
  }

  prepare(): string {
    if (this.wanted != 0) prepareLeaks();
    return "";
  }

  get needsBody(): bool {
    return false;
  }

  createState(): StageState | null {
    return new ResponseState();
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    exchange.wantsResponse = this.headers.isActive || this.wanted != 0;
    return Verdict.Allow;
  }

  onResponseHeaders(response: ResponseView, exchange: Exchange): Verdict {
    if (this.headers.isActive) this.headers.apply(response);
    if (this.wanted == 0 || response.endOfStream || exchange.isGrpc) return Verdict.Allow;
    if (!response.readHeaders() || !this.isText(response.headers)) return Verdict.Allow;
    const row = response.headers.first(KnownHeader.ContentEncoding);
    if (row >= 0 && !isIdentity(response.headers, row)) {
      this.unread(exchange);
      return Verdict.Allow;
    }
    this.state(exchange).searches = true;
    if (this.masked != 0) freeResponseLength(exchange.stream);
    return Verdict.Hold;
  }

  /** Types that people or programs read as text. */
  private isText(headers: HeaderMap): bool {
    const row = headers.first(KnownHeader.ContentType);
    if (row < 0) return false;
    const type = this.mediaType;
    const ptr = headers.value(row);
    if (type.read(ptr, headers.valueLength(row)) != MediaTypeStatus.Ok) return false;
    if (type.isJson) return true;
    if (equalsLiteralFolded(ptr + type.typeStart, type.slash - type.typeStart, "text")) return true;
    const subtype = ptr + type.slash + 1;
    const length = type.subtypeEnd - type.slash - 1;
    if (equalsLiteralFolded(subtype, length, "javascript")) return true;
    if (length < 3) return false;
    return equalsLiteralFolded(subtype + length - 3, 3, "xml");
  }

  onResponseBody(exchange: Exchange): Verdict {
    if (exchange.responseBytes <= this.maxBytes) return Verdict.Allow;
    this.unread(exchange);
    return Verdict.Enough;
  }

  onResponseEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    if (!this.state(exchange).searches || length == 0) return Verdict.Allow;
    this.judge.begin(exchange.findings, this.index);
    // The bytes are the host's copy, ours until the callback returns: they are masked where they stand.
    const found = findLeaks(body, length, this.wanted, this.masked);
    let denies = false;
    for (let bit = 0; bit < 3; bit++) {
      if ((found & (1 << bit)) != 0 && this.judge.found(bit)) denies = true;
    }
    if (denies) return Verdict.Deny;
    if ((found & this.masked) != 0) exchange.replaceResponseBody(body, length);
    return Verdict.Allow;
  }

  private unread(exchange: Exchange): void {
    this.judge.begin(exchange.findings, this.index);
    this.judge.found(ResponseStatus.BodyUnread);
  }

  private state(exchange: Exchange): ResponseState {
    // The pipeline stored what createState made; a checked cast would cost a type test a callback.
    return changetype<ResponseState>(exchange.states[this.index]);
  }
}

function isIdentity(headers: HeaderMap, row: u32): bool {
  return equalsLiteralFolded(headers.value(row), headers.valueLength(row), "identity");
}
