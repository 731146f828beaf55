// One rule of a policy, and the rules of one action in order. A rule holds when one of its sources, one of its operations and all of
// its conditions do; a list that is not there asks for nothing. Where a request carries several verified tokens a rule looks at one
// at a time: what one token proves and what another proves are never added up.
import { Condition } from "./condition";
import { Facts } from "./facts";

/** Conditions that must all hold. */
@final
export class Clause {
  private conditions: StaticArray<Condition>;

  constructor(conditions: Condition[]) {
    this.conditions = StaticArray.fromArray(conditions);
  }

  holds(facts: Facts): bool {
    const conditions = this.conditions;
    for (let i = 0; i < conditions.length; i++) if (!conditions[i].holds(facts)) return false;
    return true;
  }
}

@final
export class Rule {
  /** `from`: one of them must hold, when there are any. */
  sources: Array<Clause> = [];
  /** `to`: likewise. */
  operations: Array<Clause> = [];
  /** `when`, but for scopes and permissions. */
  when: Clause = new Clause([]);
  /** Scopes and permissions: asked last, so that it is known when they alone are missing. */
  grants: Clause = new Clause([]);
  /** Some condition looks at a token. */
  usesToken: bool = false;

  /** @param number what the rule is known by to its maker */
  constructor(readonly number: i32) {}

  holds(facts: Facts): bool {
    if (!this.usesToken) return this.holdsOnce(facts);
    const tokens = facts.tokenCount();
    facts.select(0);
    if (this.holdsOnce(facts)) return true;
    for (let i = 1; i < tokens; i++) {
      facts.select(i);
      if (this.holdsOnce(facts)) return true;
    }
    return false;
  }

  private holdsOnce(facts: Facts): bool {
    if (!holdsAny(this.operations, facts) || !holdsAny(this.sources, facts)) return false;
    if (!this.when.holds(facts)) return false;
    if (this.grants.holds(facts)) return true;
    if (facts.shortRule < 0 && facts.claims !== null) facts.shortRule = this.number;
    return false;
  }
}

function holdsAny(clauses: Array<Clause>, facts: Facts): bool {
  if (clauses.length == 0) return true;
  for (let i = 0; i < clauses.length; i++) if (clauses[i].holds(facts)) return true;
  return false;
}

@final
export class RuleSet {
  /** A policy is there, even one without rules. */
  isActive: bool = false;
  private rules: Array<Rule> = [];

  add(rule: Rule): void {
    this.isActive = true;
    this.rules.push(rule);
  }

  at(place: i32): Rule {
    return this.rules[place];
  }

  /**
   * Place of the first rule from `start` on that holds, or -1. After -1 `facts.shortRule` names a rule that only wanted scopes.
   */
  next(facts: Facts, start: i32 = 0): i32 {
    const rules = this.rules;
    facts.shortRule = -1;
    for (let i = start; i < rules.length; i++) if (rules[i].holds(facts)) return i;
    return -1;
  }
}
