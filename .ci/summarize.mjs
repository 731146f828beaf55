// Runs the test command and closes with one line that counts what passed and failed.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";

const report = ".cache/vitest.json";
rmSync(report, { force: true });
const run = spawnSync(process.argv[2], { shell: true, stdio: "inherit" });
let passed = 0;
let failed = run.status === 0 ? 0 : 1;
try {
  const json = JSON.parse(readFileSync(report, "utf8"));
  passed = json.numPassedTests;
  failed = Math.max(failed, json.numFailedTests);
} catch (error) {
  console.error(`no test report at ${report}: ${error.message}`);
  failed = 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
