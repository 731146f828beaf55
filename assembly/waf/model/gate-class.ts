// What gated rules look at, shared: a pair is a list of values (all, or those of a name) behind a chain of
// transformations; a class is the pairs of one rule. Rules that look at the same values in the same form have the same
// class, so that one bitset answers for all of them whether they need to run.
import { Selection } from "../../seclang/target-list";
import { Variable } from "../../seclang/variable-table";
import { Rule } from "./rule";
import { RuleTarget } from "./rule-target";
import { holdsNames, sameFolded } from "./tx-names";

/** No class: the rule always runs. */
export const NO_CLASS: i32 = -1;

@final
export class GatePair {
  constructor(
    /** A list of values. */
    public list: u32,
    /** Picks values by name; null: all of them. */
    public target: RuleTarget | null,
    public chain: StaticArray<u8>,
    /** Bits of the transformations of the chain. */
    public changes: u64,
    /** Every form on the way counts (multiMatch), not the last alone. */
    public each: bool,
  ) {}
}

@final
export class GateClass {
  constructor(public pairs: StaticArray<i32>) {}
}

/** The classes of one rule set. */
@final
export class GateClasses {
  readonly pairs: GatePair[] = [];
  readonly classes: GateClass[] = [];

  /** The class of a rule; NO_CLASS when it cannot be gated. Configure time only. */
  of(rule: Rule): i32 {
    const code = rule.code;
    if (code === null || code.gate < 0 || rule.isNegated) return NO_CLASS;
    const pairs: i32[] = [];
    for (let i = 0; i < rule.targets.length; i++) {
      const target = rule.targets[i];
      if (target.isCount || isFluid(target.variable)) return NO_CLASS;
      const second = secondList(target.variable);
      addOnce(pairs, this.pair(firstList(target.variable), target, rule));
      if (second >= 0) addOnce(pairs, this.pair(second, target, rule));
    }
    pairs.sort();
    for (let i = 0; i < this.classes.length; i++) {
      if (isSameList(this.classes[i].pairs, pairs)) return i;
    }
    this.classes.push(new GateClass(StaticArray.fromArray(pairs)));
    return this.classes.length - 1;
  }

  private pair(list: u32, target: RuleTarget, rule: Rule): i32 {
    const chain = rule.transformations;
    const picks: RuleTarget | null = target.selection == Selection.All ? null : target;
    for (let i = 0; i < this.pairs.length; i++) {
      const known = this.pairs[i];
      if (known.list != list || known.each != rule.multiMatch) continue;
      if (isSameChain(known.chain, chain) && isSamePick(known.target, picks)) return i;
    }
    this.pairs.push(new GatePair(list, picks, chain, rule.changes, rule.multiMatch));
    return this.pairs.length - 1;
  }
}

/** Variables whose values change while rules run. */
function isFluid(variable: u32): bool {
  switch (variable) {
    case Variable.MatchedVar:
    case Variable.MatchedVarName:
    case Variable.MatchedVars:
    case Variable.MatchedVarsNames:
    case Variable.Rule:
    case Variable.HighestSeverity:
    case Variable.ReqbodyProcessor:
      return true;
    default:
      return holdsNames(variable);
  }
}

/** The list that holds the values of a variable, or the first of two. */
export function firstList(variable: u32): u32 {
  if (variable == Variable.Args) return Variable.ArgsGet;
  return variable == Variable.ArgsNames ? Variable.ArgsGetNames : variable;
}

/** The second list of ARGS and ARGS_NAMES; -1 for all else. */
export function secondList(variable: u32): i32 {
  if (variable == Variable.Args) return Variable.ArgsPost;
  return variable == Variable.ArgsNames ? Variable.ArgsPostNames : -1;
}

/** Bits of the transformations of a chain. */
export function bitsOf(chain: StaticArray<u8>): u64 {
  let bits: u64 = 0;
  for (let i = 0; i < chain.length; i++) bits |= (<u64>1) << chain[i];
  return bits;
}

function addOnce(list: i32[], value: i32): void {
  if (list.indexOf(value) < 0) list.push(value);
}

function isSameList(a: StaticArray<i32>, b: i32[]): bool {
  if (a.length != b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] != b[i]) return false;
  return true;
}

function isSameChain(a: StaticArray<u8>, b: StaticArray<u8>): bool {
  if (a.length != b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] != b[i]) return false;
  return true;
}

function isSamePick(a: RuleTarget | null, b: RuleTarget | null): bool {
  if (a === null || b === null) return a === null && b === null;
  if (a.selection != b.selection || a.name.length != b.name.length) return false;
  return sameFolded(a.name.ptr, b.name.ptr, a.name.length);
}
