// The table of traps in the rate limiter's page names tests that exist, under their names.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../cli/build/compile.ts";

const read = (file: string): string => readFileSync(path.join(packageRoot, file), "utf8");

test("every trap of docs/filters/ratelimit.md has a test of that name", () => {
  const table = read("docs/filters/ratelimit.md").split("<!-- trap table -->")[1].trim();
  const rows = table.split("\n\n")[0].split("\n").slice(2);
  expect(rows.length).toBeGreaterThanOrEqual(25);
  for (const row of rows) {
    const [, , name, file] = row.split("|").map((cell) => cell.trim());
    const folder = file.includes(".yaml") ? "host-test/contract" : "host-test/filters";
    const text = read(`${folder}/${file.replaceAll("`", "")}`);
    const quoted = file.includes(".yaml") ? `  - name: ${name}\n` : `"${name}"`;
    expect(text, name).toContain(quoted);
  }
});
