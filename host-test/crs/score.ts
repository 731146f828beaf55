// The suite's result: passed and failed by category, expected failures apart, and what an override file says wrongly.
import type { Override } from "./overrides.ts";
import type { CrsTest } from "./suite.ts";

export interface TestResult {
  test: CrsTest;
  /** Faults of all stages; empty when the test passed. */
  faults: string[];
  /** Passed by what the override says the platform does. */
  override?: Override;
}

export interface Score {
  total: number;
  passed: number;
  /** Failed, and listed with a reason. */
  expected: TestResult[];
  /** Failed, and not listed. */
  unexpected: TestResult[];
  /** Listed as failing, yet passing. */
  stale: string[];
  byCategory: Map<string, { total: number; failed: number }>;
}

export function scoreOf(results: TestResult[], overrides: Map<string, Override>): Score {
  const score: Score = {
    total: results.length,
    passed: 0,
    expected: [],
    unexpected: [],
    stale: [],
    byCategory: new Map(),
  };
  for (const result of results) {
    const category = score.byCategory.get(result.test.category) ?? { total: 0, failed: 0 };
    score.byCategory.set(result.test.category, category);
    category.total++;
    const override = overrides.get(result.test.id);
    if (result.faults.length === 0) {
      score.passed++;
      if (override !== undefined && result.override === undefined) score.stale.push(result.test.id);
    } else {
      category.failed++;
      (override === undefined ? score.unexpected : score.expected).push(result);
    }
  }
  return score;
}

/** A table of categories and the failures, for people. */
export function scoreText(score: Score, verbose: boolean): string {
  const lines = [...score.byCategory]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, { total, failed }]) => `${name}  ${total - failed} of ${total}`);
  const failures = (title: string, results: TestResult[]): void => {
    if (results.length === 0) return;
    lines.push(`${title}:`);
    for (const { test, faults } of results) {
      lines.push(verbose ? `  ${test.id}: ${faults.join("; ")}` : `  ${test.id}`);
    }
  };
  failures("failed as listed", score.expected);
  failures("failed", score.unexpected);
  if (score.stale.length > 0) lines.push(`listed as failing, but passed: ${score.stale.join(" ")}`);
  const failed = score.expected.length + score.unexpected.length;
  lines.push(`${score.passed} passed, ${failed} failed (${score.expected.length} of them listed)`);
  return lines.join("\n");
}
