// The engine of one configuration: which operation a request is, and everything that judges it. Made at configure time; a request
// allocates nothing.
import { equalsLiteral } from "../../http/literal";
import { TextJudge } from "../../schema/run/text-judge";
import { Api } from "../api";
import { ApiFault, Witness } from "../fault";
import { Operation } from "../model";
import { Route } from "../router";
import { AnswerCheck } from "./answer-check";
import { BodyJudge } from "./body-judge";
import { FieldJudge } from "./field-judge";
import { RequestCheck } from "./request-check";
import { RequestHead } from "./request-head";
import { ValueJudge } from "./value-judge";

/** Only counts: for finding the operation that a request fits among several of one path and method. */
@final
class Counter extends Witness {
  count: i32 = 0;

  found(fault: ApiFault): bool {
    this.count++;
    return true;
  }

  looksFor(fault: ApiFault): bool {
    return fault != ApiFault.ParameterReserved;
  }
}

@final
export class Engine {
  readonly head: RequestHead = new RequestHead();
  readonly texts: TextJudge;
  readonly bodies: BodyJudge;
  readonly answers: AnswerCheck;
  /** The operation of the head judged last; null: there is none. */
  operation: Operation | null = null;
  private requests: RequestCheck;
  private counter: Counter = new Counter();

  /**
   * @param maxBytes longest body
   * @param maxValues values of a body
   */
  constructor(
    private api: Api,
    maxBytes: u32,
    maxValues: u32,
    seed: u64,
  ) {
    const texts = new TextJudge(api.resources, maxBytes, maxValues, seed);
    this.texts = texts;
    // A form doubles its backslashes, a query is at most as long as a head.
    const values = new ValueJudge(texts, maxValues, max(2 * maxBytes, 131072), seed);
    const fields = new FieldJudge(values);
    this.requests = new RequestCheck(api, fields);
    this.bodies = new BodyJudge(fields);
    this.answers = new AnswerCheck(fields);
  }

  /** Judges the head that `head` holds. True: the request is denied. */
  judgeHead(method: usize, methodLength: u32, witness: Witness): bool {
    this.operation = null;
    witness.parameter = null;
    const route = this.requests.route(this.head);
    if (route === null) return witness.found(ApiFault.PathUnknown);
    const first = operationOf(route, method, methodLength);
    if (first === null) return witness.found(ApiFault.MethodUnknown);
    const fitting = this.fitting(first);
    this.operation = fitting;
    witness.operation = fitting;
    return this.requests.judge(fitting, this.head, witness);
  }

  /** Of operations with one path and method the first that the head fits; the first of all when none does. */
  private fitting(first: Operation): Operation {
    if (first.other === null) return first;
    const counter = this.counter;
    let at: Operation | null = first;
    while (at !== null) {
      counter.count = 0;
      this.requests.judge(at, this.head, counter);
      if (counter.count == 0) return at;
      at = at.other;
    }
    return first;
  }
}

/** HEAD is answered where GET is (RFC 9110 §9.3.2), unless the document says more. */
function operationOf(route: Route, method: usize, length: u32): Operation | null {
  const operations = route.operations;
  let get: Operation | null = null;
  for (let i = 0; i < operations.length; i++) {
    if (equalsLiteral(method, length, operations[i].method)) return operations[i];
    if (operations[i].method == "GET") get = operations[i];
  }
  return equalsLiteral(method, length, "HEAD") ? get : null;
}
