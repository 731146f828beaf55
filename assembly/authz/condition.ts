// One condition of a rule: an attribute, values of which one must match, and values of which none may. Without `values` only the
// latter counts; an attribute that is absent matches no value (istio pilot/pkg/security/authz/model/model.go).
import { CidrList } from "../http/cidr";
import { AddressKind, Facts } from "./facts";
import { Matcher, anyMatches } from "./matcher";

export abstract class Condition {
  abstract holds(facts: Facts): bool;
}

/** A header that comes more than once matches with any of its entries, each by itself, as in Envoy 1.40. */
@final
export class TextCondition extends Condition {
  /** @param attribute an Attribute, or the number of a header */
  constructor(
    private attribute: i32,
    private values: StaticArray<Matcher>,
    private notValues: StaticArray<Matcher>,
  ) {
    super();
  }

  holds(facts: Facts): bool {
    if (!facts.text(this.attribute)) return this.values.length == 0;
    let isWanted = this.values.length == 0;
    do {
      if (!isWanted) isWanted = anyMatches(this.values, facts.ptr, facts.length);
      if (anyMatches(this.notValues, facts.ptr, facts.length)) return false;
    } while (facts.next(this.attribute));
    return isWanted;
  }
}

@final
export class AddressCondition extends Condition {
  constructor(
    private kind: AddressKind,
    private values: CidrList | null,
    private notValues: CidrList | null,
  ) {
    super();
  }

  holds(facts: Facts): bool {
    const address = facts.address(this.kind);
    const values = this.values;
    if (address === null) return values === null;
    if (values !== null && !values.has(address)) return false;
    const not = this.notValues;
    return not === null || !not.has(address);
  }
}

/** `ports` and `destination.port`. */
@final
export class PortCondition extends Condition {
  constructor(
    private values: StaticArray<i32>,
    private notValues: StaticArray<i32>,
  ) {
    super();
  }

  holds(facts: Facts): bool {
    const port = facts.destinationPort();
    if (this.values.length > 0 && !this.values.includes(port)) return false;
    return !this.notValues.includes(port);
  }
}
