// Rule text to a rule set: reads directives in order, files that they include in their place, and hands each to the part
// of the room that knows it. Everything wrong is collected; a set with faults is not used.
import { Directive, DirectiveReader } from "../../seclang/directive-reader";
import { Text, TextPool } from "../../seclang/text";
import { Regex } from "../../regex/regex";
import { RuleSet } from "../model/rule-set";
import { inheritTransformations } from "./actions";
import { readDefault } from "./default-action";
import { isExclusion, readExclusion } from "./exclusions";
import { Faults } from "./faults";
import { Folder, freeImage } from "./fold";
import { RuleFiles } from "./files";
import { isOfCoreRuleSet } from "./known-names";
import { OperatorStore } from "./operator-store";
import { RuleBuilder } from "./rule-builder";
import { RuleList } from "./rule-list";
import { noteReads } from "./reads";
import { readSetting } from "./settings";

/** Files that include files that include files. */
const MAX_DEPTH = 8;

@final
export class Loader {
  readonly faults: Faults;
  readonly set: RuleSet = new RuleSet();
  readonly list: RuleList = new RuleList();
  private builder: RuleBuilder;
  private depth: i32 = 0;
  /** Exclusions that found no rule yet. */
  private early: Directive[] = [];
  private earlyFiles: string[] = [];
  /** Where the directive stands that was read last. */
  private lastFile: string = "";
  private lastLine: u32 = 0;

  constructor(
    private store: OperatorStore,
    private files: RuleFiles,
    private pool: TextPool,
  ) {
    const faults = new Faults();
    this.faults = faults;
    this.builder = new RuleBuilder(store, files, faults);
  }

  /** Reads rule text; `name` stands in messages. */
  read(content: Text, name: string): void {
    const faults = this.faults;
    const outerFile = faults.file;
    const outerLine = faults.line;
    const reader = new DirectiveReader(content.ptr, content.length, this.pool);
    this.depth++;
    while (true) {
      const directive = reader.next();
      if (directive === null) break;
      faults.file = name;
      faults.line = directive.line;
      this.lastFile = name;
      this.lastLine = directive.line;
      if (reader.fault.length > 0) faults.add(reader.fault);
      else this.take(directive);
    }
    this.depth--;
    faults.file = outerFile;
    faults.line = outerLine;
  }

  /** Gives back what the rule set holds outside the managed heap. */
  static dispose(set: RuleSet): void {
    freeImage(set);
  }

  /** Ends reading; then comes `ready`. False when something was wrong: see `faults`. */
  finish(): bool {
    for (let i = 0; i < this.early.length; i++) {
      this.faults.file = this.earlyFiles[i];
      this.faults.line = this.early[i].line;
      readExclusion(this.early[i], this.list, this.builder, this.faults);
    }
    this.faults.file = this.lastFile;
    this.faults.line = this.lastLine;
    if (this.list.expectsLink) this.faults.add("the last chain has no end: a rule must follow");
    const patterns = this.faults.patterns;
    for (let i = 0; i < patterns.length; i++) this.store.own(changetype<Regex>(patterns[i])); // from a Regex
    if (this.faults.count > 0) return false;
    new Folder(this.list, this.set).run();
    this.list.use(this.store);
    return true;
  }

  /** Makes the rules ready to run, once all profiles of a configuration were loaded. */
  ready(): void {
    this.store.seal();
    this.list.finish(this.set);
    noteReads(this.list, this.set);
    this.set.requestSet = this.store.requestSet;
    this.set.responseSet = this.store.responseSet;
    // Whole vectors of 128 bits.
    this.set.gateWords = ((<u32>(this.store.gates + 127)) >> 7) << 2;
  }

  private take(directive: Directive): void {
    const key = directive.key;
    const faults = this.faults;
    if (key == "secrule" || key == "secaction") {
      const rule =
        key == "secrule" ? this.builder.secRule(directive) : this.builder.secAction(directive);
      if (rule === null) return;
      const wrong = this.list.add(rule);
      if (wrong.length > 0) faults.add(wrong);
      inheritTransformations(rule, this.set.defaults[rule.phase].transformations);
    } else if (key == "secrulescript") {
      // It may end a chain, and is refused by its own name.
      this.list.endChain();
      readSetting(directive, this.set.settings, faults);
    } else if (this.list.expectsLink) {
      faults.add(`a chain goes on before ${directive.name}: a rule must follow`);
    } else if (key == "secmarker") this.list.addMarker(directive.argument(0).toText());
    else if (key == "include") this.include(directive.argument(0).toText());
    else if (key == "secdefaultaction") readDefault(directive, this.set, faults);
    else if (isExclusion(key)) {
      if (readExclusion(directive, this.list, this.builder, faults)) return;
      this.early.push(directive);
      this.earlyFiles.push(faults.file);
    } else readSetting(directive, this.set.settings, faults);
  }

  private include(pattern: string): void {
    const found = this.files.matching(pattern);
    if (found.length == 0) {
      const mend = isOfCoreRuleSet(pattern)
        ? "take a module with the Core Rule Set, made by meshwarden crs use"
        : "add it, or bundle it into the filter";
      return this.faults.add(`${pattern} is not among the files: ${mend}`);
    }
    if (this.depth >= MAX_DEPTH) return this.faults.add("files include each other too deeply");
    for (let i = 0; i < found.length; i++) this.read(found[i].content, found[i].name);
  }
}
