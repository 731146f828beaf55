// Prints how many values of each attack list the detectors condemn, and how many benign ones.
// `--missed NAME` lists what passed of one attack class, `--hits` the benign values that were condemned.
import { attackLists, benignBodies, benignLists, hardLines, score } from "./detect-corpus.ts";
import { DetectProbe } from "./detect-probe.ts";

const percent = (part: number, whole: number): string => `${((part * 100) / whole).toFixed(2)} %`;
const probe = await DetectProbe.create();
const missed = process.argv.includes("--missed")
  ? process.argv[process.argv.indexOf("--missed") + 1]
  : undefined;

for (const list of attackLists() ?? []) {
  const result = score(probe, list);
  if (missed === undefined || missed === list.name)
    console.log(
      `${list.name}\t${result.hits}/${result.values}\t${percent(result.hits, result.values)}`,
    );
  if (missed === list.name) for (const value of result.missed) console.log(value.toString("utf8"));
}
if (missed === undefined) {
  let values = 0;
  let hits = 0;
  const hard = hardLines();
  for (const list of [...(benignLists() ?? []), ...(hard === undefined ? [] : [hard])]) {
    const result = score(probe, list);
    if (list !== hard) {
      values += result.values;
      hits += result.hits;
    }
    console.log(
      `benign ${list.name}\t${result.hits}/${result.values}\t${percent(result.hits, result.values)}`,
    );
    if (process.argv.includes("--hits")) {
      for (const { value, verdict } of result.found.slice(0, 40))
        console.log(
          `   ${verdict.reason} @${verdict.start}+${verdict.length} d${verdict.depth}: ${JSON.stringify(value.toString("utf8").slice(Math.max(0, verdict.start - 40), verdict.start + 80))}`,
        );
    }
  }
  console.log(`benign in all\t${hits}/${values}\t${percent(hits, values)}`);
  const bodies = benignBodies() ?? [];
  let refused = 0;
  for (const body of bodies) {
    const result = score(probe, body);
    if (result.hits > 0) refused++;
    if (process.argv.includes("--hits"))
      for (const { value, verdict } of result.found.slice(0, 3))
        console.log(
          `   ${body.name} ${verdict.reason} @${verdict.start} d${verdict.depth}: ${JSON.stringify(value.toString("utf8").slice(Math.max(0, verdict.start - 40), verdict.start + 80))}`,
        );
  }
  console.log(`benign JSON bodies\t${refused}/${bodies.length}`);
}
