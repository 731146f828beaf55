// docs/serve.md against the code: every limit with its default, and an example that the proxy accepts.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../cli/build/sources.ts";
import { ConfigDocument } from "../../cli/config/document.ts";
import { readServeConfig } from "../../cli/config/serve-config.ts";
import { defaultLimits } from "../../cli/serve/limits.ts";

const page = readFileSync(path.join(packageRoot, "docs", "serve.md"), "utf8");

test("the table of limits has every limit with its default, and no other", () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, name, value]) => [
    name,
    Number(value),
  ]);
  expect(Object.fromEntries(rows)).toEqual(defaultLimits);
});

test("the example's own sections are right", () => {
  const [, text] = /```yaml\n([^]*?)```/.exec(page)!;
  const config = readServeConfig(new ConfigDocument("docs/serve.md", text!));
  expect(config.findings).toEqual([]);
  expect(Object.keys(config.serve)).toHaveLength(6);
  expect(Object.keys(config.filterDocument)).toEqual(["version", "validate"]);
});
