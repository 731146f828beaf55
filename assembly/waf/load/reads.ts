// Which variables the rules of a set look at: what costs a question to the host, or a copy of the body, is done for those that
// somebody reads.
import { Variable } from "../../seclang/variable-table";
import { Macro } from "../model/macro";
import { Rule } from "../model/rule";
import { RuleSet } from "../model/rule-set";
import { XmlPath } from "../model/xml-path";
import { RuleList } from "./rule-list";

export function noteReads(list: RuleList, set: RuleSet): void {
  for (let i = 0; i < list.entries.length; i++) {
    const head = list.entries[i].rule;
    let link = head;
    while (link !== null && head !== null) {
      noteRule(link, head.phase, set);
      link = link.next;
    }
  }
}

function noteRule(rule: Rule, phase: u32, set: RuleSet): void {
  for (let i = 0; i < rule.targets.length; i++) {
    note(rule.targets[i].variable, phase, set);
    notePath(rule.targets[i].path, set);
  }
  const code = rule.code;
  if (code !== null) noteMacro(code.macro, phase, set);
  noteMacro(rule.msg, phase, set);
  noteMacro(rule.logdata, phase, set);
  noteMacro(rule.redirect, phase, set);
  for (let i = 0; i < rule.tagMacros.length; i++) noteMacro(rule.tagMacros[i], phase, set);
  for (let i = 0; i < rule.setVars.length; i++) {
    noteMacro(rule.setVars[i].name, phase, set);
    noteMacro(rule.setVars[i].value, phase, set);
  }
}

function notePath(path: XmlPath | null, set: RuleSet): void {
  if (path === null) return;
  for (let i = 0; i < set.xmlPaths.length; i++) {
    if (set.xmlPaths[i].text.equals(path.text)) return;
  }
  set.xmlPaths.push(path);
}

function noteMacro(macro: Macro | null, phase: u32, set: RuleSet): void {
  if (macro === null) return;
  for (let i = 0; i < macro.parts.length; i++) {
    const variable = macro.parts[i].variable;
    if (variable >= 0) note(<u32>variable, phase, set);
  }
}

function note(variable: u32, phase: u32, set: RuleSet): void {
  set.reads[variable] = true;
  if (phase > 2 && isOfBody(variable)) set.readsBodyLate = true;
  if (phase == 5 && isOfResponse(variable)) set.readsResponseLate = true;
}

/** What a body brings. */
function isOfBody(variable: u32): bool {
  switch (variable) {
    case Variable.Args:
    case Variable.ArgsNames:
    case Variable.ArgsPost:
    case Variable.ArgsPostNames:
    case Variable.RequestBody:
    case Variable.Xml:
      return true;
  }
  return variable >= <u32>Variable.Files && variable <= <u32>Variable.MultipartName;
}

function isOfResponse(variable: u32): bool {
  return variable >= <u32>Variable.ResponseHeaders && variable <= <u32>Variable.StatusLine;
}
