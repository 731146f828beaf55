// Filter and native Coraza on the same requests with the same rules: which rule ids does each log? Every difference falls into
// a class that says who is right, or fails the run; `differences.md` beside this file is what the run found.
// `node dist/host-test/crs/differential.js [--requests 20000] [--seed 1] [--level 4] [--page FILE]`
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { packageRoot } from "../../cli/build/compile.ts";
import { corazaTarget } from "./coraza-target.ts";
import { wafFilter } from "./filter.ts";
import { matchedIds } from "./judge.ts";
import { nodeTarget } from "./node-target.ts";
import { crsRules, type RuleSource } from "./rules.ts";
import { crsRoot } from "./suite.ts";
import type { RuleDifference } from "./difference-classes.ts";
import { Findings, differencePage } from "./difference-page.ts";
import { makeTraffic } from "./traffic.ts";

const { values: flags } = parseArgs({
  options: {
    requests: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    level: { type: "string", default: "4" },
    page: { type: "string", default: "host-test/crs/differences.md" },
  },
});

/** Rules that only add up what others found, and phase 5's report. */
const sums = (id: number): boolean =>
  (id >= 949000 && id < 950000) || (id >= 959000 && id < 960000) || id >= 980000;

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
  const findings = new Findings(traffic.length);
  for (const made of traffic) {
    const [a, b] = await Promise.all([
      ours.send(made.bytes, false),
      theirs.send(made.bytes, false),
    ]);
    findings.add(made, differing(matchedIds(a.log), matchedIds(b.log)));
  }
  await ours.close();
  await theirs.close();
  const command = `node dist/host-test/crs/differential.js --requests ${flags.requests} --seed ${flags.seed} --level ${flags.level}`;
  const page = differencePage(findings, command, Number(flags.level));
  writeFileSync(path.resolve(packageRoot, flags.page), await format(page, { parser: "markdown" }));
  console.log(page);
  for (const { made, rule, only } of findings.unexplained)
    console.error(`unexplained: ${rule} only ${only}, ${made.place} ${made.source}: ${made.value}`);
  return findings.unexplained.length === 0 ? 0 : 1;
}

/** Rule ids that one side logged and the other did not; sums follow from them and are left out. */
function differing(mine: Set<number>, their: Set<number>): RuleDifference[] {
  const only = (a: Set<number>, b: Set<number>, name: "ours" | "theirs"): RuleDifference[] =>
    [...a].filter((rule) => !b.has(rule) && !sums(rule)).map((rule) => ({ rule, only: name }));
  return [...only(mine, their, "ours"), ...only(their, mine, "theirs")];
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
