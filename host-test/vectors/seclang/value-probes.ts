// "Target value: V (Variable: N)" of a debug log as rules of our own in front of the case's: the same targets and
// transformations, asked for V, and the matched names for N.

export interface ValueQuestion {
  /** Pattern of the whole value. */
  value: string;
  /** Pattern of the name it has. */
  name?: string;
  /** The last transformation that is looked behind; without it, all of them. */
  behind?: string;
}

interface Link {
  targets: string;
  actions: string;
}

/** Rules to put before the rule at a place: one for each of its links, asked for the value there. */
export function probesOf(
  rules: string[],
  { value, name, behind }: ValueQuestion,
  firstId: number,
): { at: number; lines: string[] }[] {
  const probes: { at: number; lines: string[] }[] = [];
  let head = -1;
  let chain: string[] = [];
  let id = firstId;
  // A percent sign behind a macro is text here, and swallowed by ModSecurity's parser.
  const tail = rules.some((rule) => rule.includes("}%")) ? "%?" : "";
  rules.forEach((rule, at) => {
    const link = parse(rule);
    if (link === undefined) return;
    if (head < 0) head = at;
    const phase = /phase:'?(\w+)/.exec(parse(rules[head]!)!.actions)?.[1] ?? "2";
    let kept = link.actions.split(",").filter((action) => /^\s*t:/.test(action));
    const last = kept.findLastIndex((action) => action.trim().toLowerCase() === `t:${behind}`);
    if (behind !== undefined) kept = kept.slice(0, last + 1);
    const first = chain.length === 0 ? [`id:${id++}`, `phase:${phase}`, "pass", "log"] : [];
    const ask = (actions: string[], more: boolean): string =>
      `SecRule ${link.targets} "@rx (?i)^(?:${value})${tail}$" "${[...actions, ...kept, ...(more ? ["chain"] : [])].join(",")}"`;
    // Every copy of the chain so far is a rule of its own.
    const links = chain.map((text, place) =>
      place === 0 ? text.replace(/id:'?\d+'?/, `id:${id++}`) : text,
    );
    // What SecDefaultAction adds is added to the probe as well.
    const inherited =
      !kept.some((action) => action.trim() === "t:none") &&
      rules.some((one) => /^\s*SecDefaultAction/.test(one) && one.includes(`t:${behind}`));
    if (behind === undefined || last >= 0 || inherited) {
      const lines = [...links, ask(first, name !== undefined)];
      if (name !== undefined) lines.push(`SecRule MATCHED_VARS_NAMES "@rx (?i)^(?:${name})" ""`);
      probes.push({ at: head, lines });
    }
    if (!/(^|,)\s*chain\s*(,|$)/.test(link.actions)) {
      head = -1;
      chain = [];
      return;
    }
    chain = [...chain, rule.replace(/\b(deny|block|drop)\b/, "pass")];
  });
  return probes;
}

export function parse(rule: string): Link | undefined {
  const found =
    /^\s*SecRule\s+("(?:[^"\\]|\\.)*"|\S+)\s+"(?:[^"\\]|\\.)*"\s*(?:"((?:[^"\\]|\\.)*)")?/is.exec(
      rule,
    );
  return found === null ? undefined : { targets: found[1]!, actions: found[2] ?? "" };
}
