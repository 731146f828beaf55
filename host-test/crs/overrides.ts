// Expected differences in ftw's own override format: which tests a platform cannot pass, or passes in another way, each
// with its reason. A test that is listed as failing and passes is reported too, so that the list cannot rot.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { StageOutput } from "./suite.ts";

export interface Override {
  reason: string;
  /** What the platform does instead; undefined: the test fails, and that is known. */
  output?: StageOutput;
}

/** Overrides by test id, for example `920100-4`. */
export function loadOverrides(file: string): Map<string, Override> {
  const document = parse(readFileSync(file, "utf8")) as {
    test_overrides: { rule_id: number; test_ids: number[]; reason: string; output?: StageOutput }[];
  };
  const overrides = new Map<string, Override>();
  for (const { rule_id, test_ids, reason, output } of document.test_overrides) {
    if (typeof reason !== "string" || reason === "")
      throw new Error(`${file}: ${rule_id} has no reason`);
    for (const test of test_ids) {
      const override: Override = { reason };
      if (output !== undefined) override.output = output;
      overrides.set(`${rule_id}-${test}`, override);
    }
  }
  return overrides;
}
