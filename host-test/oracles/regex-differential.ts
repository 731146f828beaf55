// Differential run of the regex engine against Go's regexp. As a script:
//   node dist/host-test/oracles/regex-differential.js [pairs] [seed] [--store FILE COUNT]
// prints every difference and exits 1 when there is one; --store writes a share for the unit test.
import { writeFileSync } from "node:fs";
import { openRegexProbe, RegexRefused, type RegexProbe } from "../vectors/regex/probe.ts";
import { askGo, buildGoOracle, type Answer } from "./go-regexp.ts";
import { numbers, randomQuery, type Query } from "./random-patterns.ts";

/** Differences between one stored or fresh answer of Go and every engine of the probe. */
export function compareAnswer(probe: RegexProbe, query: Query, answer: Answer): string[] {
  let regex;
  try {
    regex = probe.compile(query.p);
  } catch (error) {
    if (!(error instanceof RegexRefused)) throw error;
    return answer === null ? [] : [`${JSON.stringify(query.p)}: ${error.message}, Go accepts it`];
  }
  const wrong: string[] = [];
  if (answer === null) wrong.push(`${JSON.stringify(query.p)}: Go refuses it`);
  query.t.forEach((text, i) => {
    if (answer === null) return;
    const want = JSON.stringify(answer[i]);
    for (const engine of ["pike", "automaton"]) {
      const spans = regex.search(engine, text);
      const got = JSON.stringify(spans && spans.flatMap((span) => span ?? [-1, -1]));
      if (got !== want) {
        wrong.push(
          `${engine} ${JSON.stringify(query.p)} on ${JSON.stringify(text)}: ${got}, Go ${want}`,
        );
      }
    }
    if (regex.isMatch(text) !== (answer[i] !== null)) {
      wrong.push(`isMatch ${JSON.stringify(query.p)} on ${JSON.stringify(text)}: Go ${want}`);
    }
  });
  regex.free();
  return wrong;
}

async function main(args: string[]): Promise<void> {
  const pairs = Number(args[0] ?? 200_000);
  const next = numbers(Number(args[1] ?? 1));
  const store = args.indexOf("--store");
  const texts = 8;
  const binary = buildGoOracle();
  const probe = await openRegexProbe();
  let compared = 0;
  let refused = 0;
  const wrong: string[] = [];
  while (compared < pairs) {
    const queries = Array.from({ length: 2000 }, () => randomQuery(next, texts));
    const answers = await askGo(binary, queries);
    // A small cache in every other round exercises flushes and the way on without cache.
    probe.raw["reserveCache"]!(Math.floor(compared / 16000) % 2 === 0 ? 1 << 20 : 1 << 14);
    queries.forEach((query, i) => {
      wrong.push(...compareAnswer(probe, query, answers[i]!));
      if (answers[i] === null) refused++;
      else compared += texts;
    });
    if (store >= 0) {
      const count = Number(args[store + 2]);
      const lines = queries
        .slice(0, count)
        .map((query, i) => JSON.stringify({ ...query, go: answers[i] }));
      writeFileSync(args[store + 1]!, `${lines.join("\n")}\n`);
      break;
    }
  }
  for (const line of wrong.slice(0, 50)) console.log(line);
  console.log(
    `${compared} pairs compared, ${refused} patterns refused by both sides or listed, ${wrong.length} differences`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

if (process.argv[1]?.includes("regex-differential")) await main(process.argv.slice(2));
