// What the documentation says of speed is what the newest records say.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { withCosts } from "../../bench/costs.ts";
import { allRecords, performancePage } from "../../bench/record.ts";
import { packageRoot } from "../../cli/build/compile.ts";

const read = (file: string): string => readFileSync(path.join(packageRoot, file), "utf8");

test("docs/performance.md holds the newest records", () => {
  expect(read("docs/performance.md")).toBe(performancePage(allRecords()));
});

test("the README's table of costs holds figures of the newest records", () => {
  const readme = read("README.md");
  expect(withCosts(readme, allRecords())).toBe(readme);
  const fewer = allRecords().filter(({ name }) => name !== "envoy-waf");
  expect(() => withCosts(readme, fewer)).toThrow(
    'bench/record/envoy-waf.json has no "added µs" of "browser GET"',
  );
});
