// What must not stand in the repository: places of one machine, open ends, and files too large to read.
import { statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../cli/build/compile.ts";
import { files, read } from "./tree.ts";

const text = files.filter(
  (name) => !/\.(wasm|png|gz|bin)$/.test(name) && name !== "package-lock.json",
);
const self = "host-test/tidy/words.test.ts";

function matches(pattern: RegExp): string[] {
  return text.flatMap((name) =>
    read(name)
      .split("\n")
      .map((line, index) => ({ line, at: `${name}:${index + 1}` }))
      .filter(({ line, at }) => !at.startsWith(self) && pattern.test(line))
      .map(({ at }) => at),
  );
}

test("no path of one machine and no package registry host", () => {
  expect(
    matches(
      /\/(?:home|Users)\/\w|\/root\/|https?:\/\/(?:registry|proxy|files|static|deb|repo1?)\.(?!example)/,
    ),
  ).toEqual([]);
});

test("nothing is left for later in a comment", () => {
  expect(matches(/\b(?:TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
});

test("the lock file records no download address", () => {
  expect(/"resolved"/.test(read("package-lock.json"))).toBe(false);
});

test("no file is larger than 400,000 bytes", () => {
  const large = files.filter((name) => statSync(path.join(packageRoot, name)).size > 400_000);
  expect(large).toEqual([]);
});
