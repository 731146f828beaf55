// Filter and native Coraza on the same requests with the same rules: which rule ids does each log? Every difference is
// counted by rule, with examples, so that it can be explained or mended.
// `node dist/host-test/crs/differential.js [--requests 20000] [--seed 1] [--level 4] [--json FILE]`
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { corazaTarget } from "./coraza-target.ts";
import { wafFilter } from "./filter.ts";
import { matchedIds } from "./judge.ts";
import { nodeTarget } from "./node-target.ts";
import { crsRules, type RuleSource } from "./rules.ts";
import { crsRoot } from "./suite.ts";
import { makeTraffic, type MadeRequest } from "./traffic.ts";

const { values: flags } = parseArgs({
  options: {
    requests: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    level: { type: "string", default: "4" },
    json: { type: "string", default: "" },
  },
});

/** Rules whose operators are detectors of our own: they are meant to differ from libinjection. */
const ownDetectors = new Set([942100, 942101, 941100, 941101]);
/** Rules that only add up what others found, and phase 5's report. */
const sums = (id: number): boolean =>
  (id >= 949000 && id < 950000) || (id >= 959000 && id < 960000) || id >= 980000;

interface Difference {
  rule: number;
  ours: number;
  theirs: number;
  examples: { only: "ours" | "theirs"; place: string; source: string; value: string }[];
}

process.exitCode = await main();

async function main(): Promise<number> {
  const root = crsRoot();
  const traffic = makeTraffic(Number(flags.requests), Number(flags.seed));
  if (root === undefined || traffic === undefined) {
    console.error(
      "needs the Core Rule Set and the payload lists: see MESHWARDEN_CRS and MESHWARDEN_DATA",
    );
    return 1;
  }
  const rules = comparedRules(root, flags.level);
  const ours = nodeTarget(await wafFilter(rules));
  const theirs = corazaTarget(rules, false);
  const differences = new Map<number, Difference>();
  let equal = 0;
  let equalButDetectors = 0;
  for (const made of traffic) {
    const [a, b] = await Promise.all([
      ours.send(made.bytes, false),
      theirs.send(made.bytes, false),
    ]);
    const apart = differing(matchedIds(a.log), matchedIds(b.log));
    for (const [id, only] of apart) note(differences, id, only, made);
    const meant = apart.filter(([id]) => !ownDetectors.has(id));
    if (apart.length === 0) equal++;
    if (meant.length === 0) equalButDetectors++;
  }
  await ours.close();
  await theirs.close();
  const table = [...differences.values()].sort((a, b) => b.ours + b.theirs - a.ours - a.theirs);
  for (const { rule, ours: mine, theirs: their } of table) {
    console.log(`${rule}  only here ${mine}, only Coraza ${their}`);
  }
  const share = (count: number): string =>
    `${count} of ${traffic.length} (${((count * 100) / traffic.length).toFixed(2)} %)`;
  console.log(`equal rule ids: ${share(equal)}; detectors apart: ${share(equalButDetectors)}`);
  if (flags.json !== "") writeFileSync(flags.json, JSON.stringify(table, null, 1));
  return 0;
}

/** Rule ids that one side logged and the other did not; sums follow from them and are left out. */
function differing(mine: Set<number>, their: Set<number>): [id: number, only: "ours" | "theirs"][] {
  const only = (
    a: Set<number>,
    b: Set<number>,
    name: "ours" | "theirs",
  ): [number, "ours" | "theirs"][] =>
    [...a].filter((id) => !b.has(id) && !sums(id)).map((id) => [id, name]);
  return [...only(mine, their, "ours"), ...only(their, mine, "theirs")];
}

function note(
  differences: Map<number, Difference>,
  rule: number,
  only: "ours" | "theirs",
  made: MadeRequest,
): void {
  const one = differences.get(rule) ?? { rule, ours: 0, theirs: 0, examples: [] };
  differences.set(rule, one);
  one[only]++;
  const { place, source, value } = made;
  if (one.examples.length < 8)
    one.examples.push({ only, place, source, value: value.slice(0, 300) });
}

function comparedRules(root: string, level: string): RuleSource {
  const settings = `SecAction "id:900990001,phase:1,nolog,pass,setvar:tx.blocking_paranoia_level=${level},setvar:tx.detection_paranoia_level=${level},setvar:tx.crs_validate_utf8_encoding=1"`;
  const rules = crsRules(root, [settings]);
  rules.directives.unshift(
    "SecRuleEngine DetectionOnly",
    "SecRequestBodyAccess On",
    'SecRule REQUEST_HEADERS:Content-Type "^(?:application(?:/soap\\+|/)|text/)xml" "id:200000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"',
    'SecRule REQUEST_HEADERS:Content-Type "^application/json" "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"',
  );
  return rules;
}
