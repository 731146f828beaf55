// Strict mode: what a careful test does not want to pass unseen.
import type { Host } from "./host.ts";
import { pausedDirections } from "./live-exchange.ts";
import { levels } from "./log.ts";

const warn = levels.indexOf("warn");

/** One line for each unexpected thing, empty when all is well. */
export function strictFindings(host: Host): string[] {
  const findings: string[] = [];
  const isExpected = (text: string): boolean => host.expected.some((pattern) => pattern.test(text));
  for (const crash of host.crashes) findings.push(crash.message);
  for (const record of host.logs) {
    if (levels.indexOf(record.level) >= warn && !isExpected(record.message)) {
      findings.push(`unexpected ${record.level} line of ${record.filter}: ${record.message}`);
    }
  }
  for (const trap of host.traps) {
    if (!isExpected(trap.message)) {
      findings.push(`trap in ${trap.callback} of ${trap.filter}: ${trap.message} ${trap.place}`);
    }
  }
  if (host.openCallouts.size > 0) {
    findings.push(`${host.openCallouts.size} callout(s) never answered`);
  }
  for (const worker of host.workers) {
    for (const stream of worker.streams) {
      const paused = pausedDirections(stream);
      if (paused !== "") findings.push(`a stream is still paused (${paused})`);
    }
  }
  for (const mock of host.clusters.values()) {
    for (const call of mock.unmatched) {
      findings.push(`cluster ${mock.name}: no rule for ${call.method} ${call.path}`);
    }
    for (const call of mock.unmatchedGrpc) {
      findings.push(`cluster ${mock.name}: no rule for ${call.service}/${call.method}`);
    }
  }
  return findings;
}
