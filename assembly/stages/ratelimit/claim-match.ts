// A verified claim that must have one of some values: what tiers by plan and exemptions ask. Without a verified token, or without
// the claim, nothing matches.
import { Block } from "../../base/block";
import { equalsLiteral } from "../../http/literal";
import { RequestFacts } from "../../identity/request-facts";

@final
export class ClaimMatch {
  /** @param values null: any value that is a string, a number or a boolean */
  constructor(
    private name: Block,
    private nameLength: u32,
    private values: Array<string> | null,
  ) {}

  matches(facts: RequestFacts): bool {
    const claims = facts.claims;
    if (claims === null || !claims.find(this.name.ptr, this.nameLength)) return false;
    const values = this.values;
    if (values === null) return true;
    for (let i = 0; i < values.length; i++) {
      if (equalsLiteral(claims.ptr, claims.length, values[i])) return true;
    }
    return false;
  }
}
