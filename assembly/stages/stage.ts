// One policy of the pipeline. A stage decides; it never replies, pauses, counts or logs: those are
// the pipeline's, so that every stage denies, shadows and tags in the same way. One object for each
// root context; what belongs to a request lives in the exchange (StageState).
import { ConfigValue } from "../config/value";
import { Exchange, StageState } from "./exchange";
import { Judge } from "./judge";
import { RequestView } from "./request-view";
import { StatusTable } from "./status-table";
import { Verdict } from "./verdict";

export abstract class Stage {
  /** Place in the pipeline, set by it. */
  index: i32 = 0;
  /** Everything the stage can say. */
  readonly table: StatusTable;
  readonly judge: Judge;

  constructor(table: StatusTable) {
    this.table = table;
    this.judge = new Judge(table);
  }

  /**
   * Reads the stage's section of the document; errors go to the document.
   * @param seed random number for hash tables that hold request data
   * @returns false when the document does not ask for this stage: it then never runs
   */
  abstract configure(root: ConfigValue, seed: u64): bool;

  /**
   * The whole document is valid and will be used: time for what leaves traces outside.
   * @returns what is wrong, or an empty text
   */
  prepare(): string {
    return "";
  }

  /** Whether `onTick` is wanted (once a second on every worker). */
  get needsTick(): bool {
    return false;
  }

  onTick(): void {}

  /**
   * The WWW-Authenticate value of a denial with this status; empty for none. Asked at configure time.
   */
  challenge(status: i32): string {
    return "";
  }

  /** The configuration is gone: gives back what is not managed. */
  dispose(): void {}

  /** State for one stream, made when its object is made; null when the stage keeps none. */
  createState(): StageState | null {
    return null;
  }

  /** Whether `exchange.identity.address` is needed (one host call a request). */
  get needsAddress(): bool {
    return false;
  }

  /** Headers have come. `request` is valid in this call alone. */
  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    return Verdict.Allow;
  }

  /** The response's head has come, also that of a reply of this filter; asked for with `exchange.wantsResponse`. */
  onResponseHeaders(status: u32, exchange: Exchange): void {}

  /** More body has come; `exchange.bodyBytes` counts it. Not called for tunnels. */
  onRequestBody(exchange: Exchange): Verdict {
    return Verdict.Allow;
  }

  /**
   * The request is complete, with or without trailers. Called when some stage answered Hold.
   * @param body the whole body, `length` bytes, valid in this call alone
   */
  onRequestEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    return Verdict.Allow;
  }
}
