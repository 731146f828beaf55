// Rules that stay when the configuration that loaded them goes: what `meshwarden bundle --rules` freezes into a module.
// A later configuration finds their files by name and their operators prepared, and where its rule text is the very same
// text, the whole rule set. Kept once, before the module is frozen; never changed afterwards.
import { Text, TextPool } from "../../seclang/text";
import { RuleSet } from "../model/rule-set";
import { RuleFiles } from "./files";
import { OperatorStore } from "./operator-store";

/** A rule set and the text that it was loaded from. */
@final
class KeptSet {
  constructor(
    readonly text: Text,
    readonly set: RuleSet,
  ) {}
}

@final
export class KeptRules {
  private sets: KeptSet[] = [];

  constructor(
    readonly files: RuleFiles,
    readonly store: OperatorStore,
    /** Holds every text that files, operators and rules point into. */
    readonly pool: TextPool,
  ) {}

  add(text: Text, set: RuleSet): void {
    this.sets.push(new KeptSet(text, set));
  }

  /** The rule set of exactly this text; null when there is none. */
  find(text: Text): RuleSet | null {
    for (let i = 0; i < this.sets.length; i++) {
      if (this.sets[i].text.equals(text)) return this.sets[i].set;
    }
    return null;
  }
}

let kept: KeptRules | null = null;

/** What the module was frozen with; null in a module that was not. */
export function keptRules(): KeptRules | null {
  return kept;
}

export function keepRules(rules: KeptRules): void {
  kept = rules;
}
