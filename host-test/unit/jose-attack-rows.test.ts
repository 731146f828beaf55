// The table of attacks has 34 rows; each is a test, or a group of them, whose title begins with its number. That a row has at least five
// tokens is asserted where they are sent: `refuses` (jose-mint.ts), `send` (jwt-attacks.test.ts), ten thousand key ids in row 29, ten
// answers of a key server in row 30.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../cli/build/compile.ts";

const files = [
  ...["form", "keys", "claims", "signature"].map((name) => `unit/jose-attacks-${name}.test.ts`),
  ...["jwt-attacks", "jwt-remote", "jwt-workers"].map((name) => `filters/${name}.test.ts`),
];

test("every row of the table is tested", () => {
  const rows = files.flatMap((file) => {
    const text = readFileSync(path.join(packageRoot, "host-test", file), "utf8");
    const titles = text.matchAll(/(?:test|describe)\(\s*"(\d+(?:, \d+)*): /g);
    return [...titles].flatMap(([, numbers]) => numbers!.split(", ").map(Number));
  });
  expect(rows.sort((a, b) => a - b)).toEqual(Array.from({ length: 34 }, (_, i) => i + 1));
});
