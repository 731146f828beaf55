// What a stage's outcome is worth: rule ids and patterns are looked for in what the filter logged, never guessed from a
// status. A status counts only where the test names one.
import type { StageOutput } from "./suite.ts";

export interface Outcome {
  /** Status that the client saw; 0 when the connection broke without one. */
  status: number;
  /** Lines that the filter logged for this request. */
  log: string[];
}

/** Ids of the rules that matched, from `[id "942100"]` and from JSON lines. */
export function matchedIds(log: string[]): Set<number> {
  const ids = new Set<number>();
  for (const line of log) {
    for (const match of line.matchAll(/\[id \\?"(\d+)\\?"\]|"(?:ruleId|id)":\s*"?(\d+)/g)) {
      ids.add(Number(match[1] ?? match[2]));
    }
  }
  return ids;
}

/** What is wrong with the outcome; empty when the stage passes. */
export function judge(expected: StageOutput, outcome: Outcome): string[] {
  const faults: string[] = [];
  // Also where a stage expects nothing: silence would look like a request in which no rule matched.
  if (outcome.status === 0) return expected.expect_error === true ? [] : ["connection broken"];
  const statuses = [expected.status ?? outcome.status].flat();
  if (!statuses.includes(outcome.status)) {
    faults.push(`status ${outcome.status}, expected ${statuses.join(" or ")}`);
  }
  const { log } = expected;
  if (log === undefined) return faults;
  const ids = matchedIds(outcome.log);
  for (const id of log.expect_ids ?? []) if (!ids.has(id)) faults.push(`no ${id}`);
  for (const id of log.no_expect_ids ?? []) if (ids.has(id)) faults.push(`${id} matched`);
  const text = outcome.log.join("\n");
  if (log.match_regex !== undefined && !new RegExp(log.match_regex).test(text)) {
    faults.push(`log lacks ${log.match_regex}`);
  }
  if (log.no_match_regex !== undefined && new RegExp(log.no_match_regex).test(text)) {
    faults.push(`log has ${log.no_match_regex}`);
  }
  return faults;
}
