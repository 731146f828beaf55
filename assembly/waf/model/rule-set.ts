// The rules of one profile, ready to run: one flat list a phase, with the places that skips go on at, and the settings
// that came with them. Immutable once loaded.
import { Variable } from "../../seclang/variable-table";
import { Text } from "../../seclang/text";
import { LiteralSet } from "../../regex/literal/states";
import { GateClasses } from "./gate-class";
import { Choice, Disruption, Rule } from "./rule";
import { NameUse } from "./tx-names";
import { XmlPath } from "./xml-path";

/** SecRuleEngine. */
export const enum Engine {
  Off = 0,
  DetectionOnly,
  On,
}

/** What happens to a body past its limit. */
export const enum LimitAction {
  Reject = 0,
  ProcessPartial,
}

/** SecDefaultAction of a phase. */
@final
export class DefaultAction {
  isSet: bool = false;
  disruption: Disruption = Disruption.Pass;
  status: u32 = 0;
  logs: Choice = Choice.Yes;
  audits: Choice = Choice.Yes;
  /** Come before the rule's own, unless it says `t:none`. */
  transformations: StaticArray<u8> = [];
}

/** Rules of one phase. */
@final
export class PhaseList {
  rules: StaticArray<Rule> = [];
  /** Gate class of rule `i`, NO_CLASS when it always runs, and its gate. */
  classes: StaticArray<i32> = [];
  gates: StaticArray<i32> = [];
  /** Where to go on after rule `i` matched and skips; 0: with the next one. */
  jumps: StaticArray<i32> = [];
}

@final
export class Settings {
  engine: Engine = Engine.DetectionOnly;
  readsRequestBody: bool = false;
  requestBodyLimitBytes: u32 = 131072;
  requestBodyLimitAction: LimitAction = LimitAction.Reject;
  readsResponseBody: bool = false;
  responseBodyLimitBytes: u32 = 524288;
  responseBodyLimitAction: LimitAction = LimitAction.ProcessPartial;
  /** Media types whose bodies phase 4 reads, lower case. */
  responseTypes: Text[] = [];
  argumentSeparator: u8 = 0x26;
  /** 0: any number. */
  maxArguments: u32 = 0;
  /** 0: no limit of its own. */
  bodyWithoutFilesLimitBytes: u32 = 0;
  jsonDepth: u32 = 1024;
  /** SecWebAppId. */
  applicationId: Text = new Text();
  /** SecAuditEngine is not Off. */
  audits: bool = true;
  /** SecAuditEngine RelevantOnly. */
  auditsRelevant: bool = true;
}

@final
export class RuleSet {
  /** By phase; 0 is unused. */
  readonly phases: StaticArray<PhaseList>;
  readonly settings: Settings = new Settings();
  readonly defaults: StaticArray<DefaultAction>;
  readonly gates: GateClasses = new GateClasses();
  /** By variable: some rule reads it. */
  readonly reads: StaticArray<bool> = new StaticArray<bool>(<i32>Variable.Count);
  /** A rule of phase 3 to 5 reads what bodies of requests bring. */
  readsBodyLate: bool = false;
  /** A rule of phase 5 reads the response. */
  readsResponseLate: bool = false;
  /** Paths of XML that rules look at, each once. */
  xmlPaths: XmlPath[] = [];
  /** Rule heads that run. */
  ruleCount: i32 = 0;
  /** Literal sets that gate operators, and words of a bitset of their numbers. */
  requestSet: LiteralSet | null = null;
  responseSet: LiteralSet | null = null;
  gateWords: u32 = 0;
  /** Cells of TX when a request begins (a heap block), as rules without any request data have set them; 0: all unset. */
  image: usize = 0;
  /** Names that its configuration writes out. */
  names: NameUse | null = null;
  /** Cells of it: names that other rule sets brought later are unset. */
  imageSlots: i32 = 0;

  constructor() {
    this.phases = new StaticArray<PhaseList>(6);
    this.defaults = new StaticArray<DefaultAction>(6);
    for (let i = 0; i < 6; i++) {
      this.phases[i] = new PhaseList();
      this.defaults[i] = new DefaultAction();
    }
  }
}
