// What a request costs: known when it comes (a constant, by method, by the body's announced length), or only afterwards (the body's
// real length, a header or a JSON field of the response). What is known only afterwards is charged beyond the limit if need be.
import { View } from "../../abi/view";
import { equalsLiteral } from "../../http/literal";
import { RequestFacts } from "../../identity/request-facts";
import { NumberPointer } from "../../json/number-pointer";

/** Most tokens that one request can cost. */
export const maxCost: u32 = 100_000_000;

/** A cost for one method. */
@final
export class MethodCost {
  constructor(
    public method: string,
    public cost: u32,
  ) {}
}

@final
export class RequestCost {
  constant: u32 = 1;
  methods: Array<MethodCost> = [];
  /** Bytes of the body that cost one token more, 0: the body costs nothing. */
  bytesPerToken: u32 = 0;
  /** Response header that holds the whole cost; null: none. */
  header: View | null = null;
  /** Number in the response's JSON that is the whole cost; null: none. */
  pointer: NumberPointer | null = null;

  /** Whether some of it is known only when the response has come. */
  get isLate(): bool {
    return this.header !== null || this.pointer !== null;
  }

  /** Without the body. */
  base(facts: RequestFacts): u32 {
    const methods = this.methods;
    for (let i = 0; i < methods.length; i++) {
      if (equalsLiteral(facts.method, facts.methodLength, methods[i].method))
        return methods[i].cost;
    }
    return this.constant;
  }

  /** Tokens for a body of `bytes`: each begun unit is one. */
  ofBody(bytes: u64): u32 {
    const unit = <u64>this.bytesPerToken;
    if (unit == 0) return 0;
    return <u32>min<u64>(bytes / unit + (bytes % unit == 0 ? 0 : 1), maxCost);
  }

  /** Most that a request can cost by constant and method. */
  get most(): u32 {
    let most = this.constant;
    for (let i = 0; i < this.methods.length; i++) most = max<u32>(most, this.methods[i].cost);
    return most;
  }
}
