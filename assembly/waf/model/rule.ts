// A rule as the engine runs it: what it looks at, how values are transformed, what it asks, and what follows. Made when
// rules are loaded and never changed by traffic; rule sets that share a rule share the object, so what an exclusion of
// one of them changes is changed in a copy.
import { Text } from "../../seclang/text";
import { Variable } from "../../seclang/variable-table";
import { Macro } from "./macro";
import { OperatorCode } from "./operator-code";
import { RuleTarget } from "./rule-target";

/** What a rule that matched does to the request. */
export const enum Disruption {
  /** The rule names none: what SecDefaultAction says. */
  Unset = 0,
  Pass,
  Block,
  Deny,
  Drop,
  Redirect,
  Allow,
  AllowPhase,
  AllowRequest,
}

/** `log`/`nolog`, `auditlog`/`noauditlog`. */
export const enum Choice {
  Unset = 0,
  Yes,
  No,
}

/** Severity of a rule that names none. */
export const NO_SEVERITY: i32 = -1;

/** `setvar`. */
@final
export class SetVar {
  /** 0x3d `=`, 0x2b `=+`, 0x2d `=-`, 0x21 `!` (removed). */
  operation: u8 = 0x3d;
  /** The variable that is written: TX, or another collection. */
  collection: u32 = Variable.Tx;
  /** Slot of the name; -1 when it is made from a macro. */
  slot: i32 = -1;
  name: Macro | null = null;
  value: Macro | null = null;
  /** Number to add, when `addsSlot` is -1 and the value is a plain number. */
  number: i64 = 0;
  isNumber: bool = false;
  /** The value is exactly one slot. */
  valueSlot: i32 = -1;
}

/** What `ctl` changes for the rest of this request. */
export const enum Control {
  RemoveById = 0,
  RemoveByTag,
  RemoveByMsg,
  RemoveTargetById,
  RemoveTargetByTag,
  RemoveTargetByMsg,
  RuleEngine,
  RequestBodyAccess,
  RequestBodyProcessor,
  ForceRequestBodyVariable,
  ResponseBodyAccess,
  ResponseBodyProcessor,
  AuditEngine,
  AuditLogParts,
  RequestBodyLimit,
  ResponseBodyLimit,
  DebugLogLevel,
}

@final
export class ControlAction {
  /** Ids from `from` to `to`. */
  from: u32 = 0;
  to: u32 = 0;
  text: Text = new Text();
  target: RuleTarget | null = null;
  number: i64 = 0;

  constructor(public control: Control) {}
}

@final
export class Rule {
  id: u32 = 0;
  file: string = "";
  line: u32 = 0;
  phase: u32 = 2;
  /** SecAction: matches without looking. */
  isUnconditional: bool = false;
  targets: RuleTarget[] = [];
  exclusions: RuleTarget[] = [];
  /** Transformation numbers in order. */
  transformations: StaticArray<u8> = [];
  /** Bits of the transformations. */
  changes: u64 = 0;
  /** `t:none` among its actions: SecDefaultAction adds no transformations. */
  choosesTransformations: bool = false;
  code: OperatorCode | null = null;
  isNegated: bool = false;
  multiMatch: bool = false;
  capture: bool = false;
  /** The next link of the chain. */
  next: Rule | null = null;
  /** The link before: set while loading only. */
  isLink: bool = false;

  disruption: Disruption = Disruption.Unset;
  status: u32 = 0;
  redirect: Macro | null = null;
  logs: Choice = Choice.Unset;
  audits: Choice = Choice.Unset;
  setVars: SetVar[] = [];
  controls: ControlAction[] = [];
  /** Rules to leave out after a match. */
  skip: u32 = 0;
  skipAfter: string = "";
  /** Place in the phase's list to go on at after a match with skip or skipAfter; -1: none. Set by the rule set. */
  jump: i32 = -1;

  msg: Macro | null = null;
  logdata: Macro | null = null;
  tags: Text[] = [];
  /** By tag, for the log: the macro of one that has one; empty when none has. */
  tagMacros: (Macro | null)[] = [];
  severity: i32 = NO_SEVERITY;
  rev: Text = new Text();
  ver: Text = new Text();
  maturity: u32 = 0;
  accuracy: u32 = 0;

  /** A copy whose lists may be changed without changing this rule; links of the chain are copied too. */
  copy(): Rule {
    const rule = new Rule();
    memory.copy(changetype<usize>(rule), changetype<usize>(this), offsetof<Rule>()); // a plain copy of all fields
    rule.targets = this.targets.slice();
    rule.exclusions = this.exclusions.slice();
    const next = this.next;
    if (next !== null) rule.next = next.copy();
    return rule;
  }

  hasTag(tag: Text): bool {
    for (let i = 0; i < this.tags.length; i++) {
      const own = this.tags[i];
      if (own.length == tag.length && memory.compare(own.ptr, tag.ptr, own.length) == 0)
        return true;
    }
    return false;
  }
}
