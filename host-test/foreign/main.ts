// `npm run test:foreign [-- GROUP...]`: builds filters of other SDKs and holds the host to what their projects publish.
import { judge, type Outcome } from "./check.ts";
import { groups } from "./catalogue.ts";

const wantedFilters = 15;
const wantedLanguages = 3;

function line(outcome: Outcome): string {
  const { filter, passed, failures, setAside } = outcome;
  const counts = `${passed} passed, ${failures.length} failed, ${setAside.length} set aside`;
  return `${filter.language.padEnd(14)} ${filter.project}/${filter.name}: ${counts}`;
}

async function main(names: string[]): Promise<number> {
  const outcomes: Outcome[] = [];
  for (const name of names) {
    const group = groups[name];
    if (group === undefined) {
      console.error(`no group "${name}": ${Object.keys(groups).join(", ")}`);
      return 2;
    }
    for (const filter of group()) {
      const outcome = await judge(filter);
      outcomes.push(outcome);
      console.log(line(outcome));
      for (const failure of outcome.failures) console.log(`  FAILED ${failure}`);
      for (const reason of outcome.setAside) console.log(`  set aside: ${reason}`);
    }
  }
  const whole = outcomes.filter((outcome) => outcome.passed > 0 && outcome.failures.length === 0);
  const languages = new Set(whole.map((outcome) => outcome.filter.language));
  const sum = (count: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const failed = sum((outcome) => outcome.failures.length);
  console.log(
    `${whole.length} of ${outcomes.length} foreign filters pass whole, in ${languages.size} languages ` +
      `(${[...languages].join(", ")}); ${sum((outcome) => outcome.setAside.length)} expectations set aside`,
  );
  console.log(`${sum((outcome) => outcome.passed)} passed, ${failed} failed`);
  if (names.length < Object.keys(groups).length) return failed > 0 ? 1 : 0;
  const short = whole.length < wantedFilters || languages.size < wantedLanguages;
  return failed > 0 || short ? 1 : 0;
}

const asked = process.argv.slice(2);
process.exitCode = await main(asked.length > 0 ? asked : Object.keys(groups));
