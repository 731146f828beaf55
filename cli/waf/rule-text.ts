// Rules as people read them: SecLang text cut into directives with their file and line, chains kept together. For showing
// and finding rules; what they do is decided by the filter's own compiler alone.
import type { RuleFiles } from "./rule-files.ts";

export interface RuleLink {
  /** `ARGS|!ARGS:token`; empty for SecAction. */
  targets: string;
  /** `@rx (?i)union`; empty for SecAction. */
  operator: string;
  /** Actions in order, quotes taken off: `["phase", "2"]`, `["deny", ""]`. */
  actions: [name: string, value: string][];
}

export interface RuleText {
  id: number;
  file: string;
  /** Line of the first link, from 1. */
  line: number;
  /** The rule head and its chained links. */
  links: RuleLink[];
}

/** All rules with an id in these files. */
export function readRuleTexts(files: RuleFiles): RuleText[] {
  return Object.entries(files)
    .filter(([name]) => !name.endsWith(".data"))
    .flatMap(([name, text]) => rulesOf(name, text));
}

/** Value of an action of the head, or undefined. */
export function actionOf({ links }: RuleText, name: string): string | undefined {
  return links[0].actions.find(([one]) => one.toLowerCase() === name)?.[1];
}

/** All values of an action of the head. */
export function actionsOf({ links }: RuleText, name: string): string[] {
  return links[0].actions.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);
}

function rulesOf(file: string, text: string): RuleText[] {
  const rules: RuleText[] = [];
  let open: RuleText | undefined;
  for (const { line, words } of directives(text)) {
    const kind = words[0]?.toLowerCase();
    if (kind !== "secrule" && kind !== "secaction") continue;
    const [targets, operator, list] = kind === "secrule" ? words.slice(1) : ["", "", words[1]];
    const link = { targets, operator, actions: actionList(list ?? "") };
    const has = (name: string): string | undefined =>
      link.actions.find(([one]) => one.toLowerCase() === name)?.[1];
    if (open === undefined) {
      open = { id: Number(has("id") ?? 0), file, line, links: [] };
      rules.push(open);
    }
    open.links.push(link);
    if (has("chain") === undefined) open = undefined;
  }
  return rules.filter(({ id }) => id > 0);
}

/** Directives with their words: a backslash at the end of a line continues it, quotes hold words together. */
function* directives(text: string): Generator<{ line: number; words: string[] }> {
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1;
    let whole = lines[at].trim();
    if (whole === "" || whole.startsWith("#")) continue;
    while (whole.endsWith("\\") && at + 1 < lines.length)
      whole = whole.slice(0, -1) + lines[++at].trim();
    yield { line, words: wordsOf(whole) };
  }
}

function wordsOf(text: string): string[] {
  const words = text.match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\S+/g) ?? [];
  return words.map((word) =>
    /^["']/.test(word) ? word.slice(1, -1).replaceAll('\\"', '"') : word,
  );
}

/** `id:1,msg:'a, b',deny` as pairs. */
function actionList(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [part] of text.matchAll(/(?:'(?:\\.|[^'\\])*'|[^,'])+/g)) {
    const colon = part.indexOf(":");
    const name = (colon < 0 ? part : part.slice(0, colon)).trim();
    const value = colon < 0 ? "" : part.slice(colon + 1).trim();
    if (name !== "") pairs.push([name, value.replace(/^'|'$/g, "")]);
  }
  return pairs;
}
