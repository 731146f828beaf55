// Runs the README's test command and the same cases in a real Envoy, and closes with one line that counts what passed
// and what failed in both. A run that leaves no report behind counts as one failure.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";

const parts = [
  {
    command: "npm test -- --reporter=default --reporter=json --outputFile=.cache/vitest.json",
    report: ".cache/vitest.json",
    counts: (json) => [json.numPassedTests, json.numFailedTests + brokenFiles(json)],
  },
  {
    command: "npm run test:envoy -- --report .cache/envoy.json",
    report: ".cache/envoy.json",
    counts: (json) => [json.passed, json.failed],
  },
];

/** Test files that failed before any of their tests ran: each counts as one failure. */
function brokenFiles(json) {
  return json.testResults.filter((f) => f.status === "failed" && f.assertionResults.length === 0)
    .length;
}

let passed = 0;
let failed = 0;
for (const { command, report, counts } of parts) {
  rmSync(report, { force: true });
  console.log(`\n$ ${command}`);
  const run = spawnSync(command, { shell: true, stdio: "inherit" });
  let wrong = 0;
  try {
    const [good, bad] = counts(JSON.parse(readFileSync(report, "utf8")));
    passed += good;
    wrong = bad;
  } catch (error) {
    console.error(`no report at ${report}: ${error.message}`);
  }
  failed += Math.max(wrong, run.status === 0 ? 0 : 1);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
