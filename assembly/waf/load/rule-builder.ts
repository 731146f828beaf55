// SecRule and SecAction: from the arguments of a directive to a rule. What the actions say is read by actions.ts; here
// targets and operator are.
import { Operator, operatorName, operatorOf, whyImpossible } from "../../operators/table";
import { compileRegex, regexStatus } from "../../regex/regex";
import { RegexFlag } from "../../regex/status";
import { parseActions, actionFault } from "../../seclang/action-list";
import { Directive } from "../../seclang/directive-reader";
import { parseOperatorText } from "../../seclang/operator-text";
import { Selection, Target, parseTargets, targetFault } from "../../seclang/target-list";
import { Text } from "../../seclang/text";
import { Variable } from "../../seclang/variable-table";
import { Rule } from "../model/rule";
import { RuleTarget } from "../model/rule-target";
import { XmlPath } from "../model/xml-path";
import { readActions } from "./actions";
import { Faults } from "./faults";
import { RuleFiles } from "./files";
import { OperatorStore, Side } from "./operator-store";
import { regexReason } from "./regex-reason";

@final
export class RuleBuilder {
  constructor(
    private store: OperatorStore,
    private files: RuleFiles,
    private faults: Faults,
  ) {}

  /** The rule of a SecRule; null when a part of it is refused (faults say so). */
  secRule(directive: Directive): Rule | null {
    if (directive.arguments.length < 2) {
      this.faults.add("SecRule needs variables and an operator");
      return null;
    }
    const rule = this.begin();
    // Each part is read whatever is wrong with another: all faults are told, and a refused rule still opens its chain.
    this.addTargets(rule, directive.argument(0));
    this.actions(rule, directive.argument(2));
    this.operator(rule, directive.argument(1));
    return rule;
  }

  /** The rule of a SecAction. */
  secAction(directive: Directive): Rule {
    const rule = this.begin();
    rule.isUnconditional = true;
    this.actions(rule, directive.argument(0));
    return rule;
  }

  private begin(): Rule {
    const rule = new Rule();
    rule.file = this.faults.file;
    rule.line = this.faults.line;
    return rule;
  }

  private actions(rule: Rule, list: Text): void {
    const actions = parseActions(list);
    if (actionFault().length > 0) this.faults.add(actionFault());
    readActions(rule, actions, this.faults);
  }

  /** Adds targets and exclusions of a list to a rule; also for SecRuleUpdateTargetBy*. */
  addTargets(rule: Rule, list: Text): bool {
    const targets: Target[] = [];
    if (!parseTargets(list, targets)) {
      this.faults.add(targetFault());
      return false;
    }
    for (let i = 0; i < targets.length; i++) {
      const target = this.target(targets[i]);
      if (target === null) return false;
      if (target.isExclusion) rule.exclusions.push(target);
      else rule.targets.push(target);
    }
    return true;
  }

  /** A target with the pattern for its names compiled; null when that is refused. */
  target(source: Target): RuleTarget | null {
    const target = new RuleTarget(source);
    if (!this.readPath(target)) return null;
    if (source.selection != Selection.Pattern) return target;
    const flags: u32 = RegexFlag.CASE_INSENSITIVE | RegexFlag.DOT_ALL | RegexFlag.NO_CAPTURES;
    target.pattern = compileRegex(source.name.ptr, source.name.length, flags);
    const pattern = target.pattern;
    if (pattern !== null) {
      this.store.own(pattern);
      return target;
    }
    this.faults.add(`${regexReason(regexStatus())}: the pattern for names is refused`);
    return null;
  }

  /** False when a path of XML is refused. */
  private readPath(target: RuleTarget): bool {
    const isPath = target.variable == Variable.Xml && target.selection == Selection.Name;
    const written = target.name.toText();
    if (!isPath || written == "/*" || written == "//@*") return true;
    target.path = XmlPath.parse(target.name);
    if (target.path !== null) return true;
    this.faults.add(
      `XML:${written} is more of XPath than is known here: write /a/b, //b, *, @name, text() or *[local-name()='b']`,
    );
    return false;
  }

  private operator(rule: Rule, text: Text): void {
    const written = parseOperatorText(text);
    const operator = operatorOf(written.name);
    if (operator < 0) {
      const why = whyImpossible(written.name);
      this.faults.add(
        why.length > 0 ? `@${written.name} ${why}` : `unknown operator @${written.name}`,
      );
      return;
    }
    rule.isNegated = written.isNegated;
    let content = written.argument;
    if (readsFile(operator)) {
      const file = this.files.find(content.trimmed().toText());
      if (file === null) {
        this.faults.add(
          `@${written.name} names ${content.toText()}, which is not among the files: add it`,
        );
        return;
      }
      content = file.content;
    }
    const code = this.store.prepare(
      operator,
      written.argument,
      content,
      rule.capture,
      sideOf(rule),
    );
    if (code === null) {
      this.faults.add(`@${operatorName(operator)}: ${this.store.fault}`);
      return;
    }
    rule.code = code;
  }
}

function readsFile(operator: i32): bool {
  return (
    operator == Operator.PmFromFile ||
    operator == Operator.PmFromDataset ||
    operator == Operator.IpMatchFromFile ||
    operator == Operator.IpMatchFromDataset
  );
}

/** Response bodies have a literal set of their own: their word lists are long, and requests need not carry them. */
function sideOf(rule: Rule): Side {
  for (let i = 0; i < rule.targets.length; i++) {
    if (rule.targets[i].variable == Variable.ResponseBody) return Side.Response;
  }
  return Side.Request;
}
