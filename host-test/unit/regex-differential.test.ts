// The engine against Go's regexp: a stored share of the differential run, whose full length (200,000 pairs
// and more) is host-test/oracles/regex-differential.ts. Each engine, and a cache that is far too small.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../cli/build/compile.ts";
import type { Answer } from "../oracles/go-regexp.ts";
import type { Query } from "../oracles/random-patterns.ts";
import { compareAnswer } from "../oracles/regex-differential.ts";
import { openRegexProbe } from "../vectors/regex/probe.ts";

const file = path.join(packageRoot, "host-test/vectors/regex/go-expected.jsonl");
const stored = readFileSync(file, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Query & { go: Answer });

test.each([1 << 20, 1 << 14])(
  "agrees with the stored answers of Go, cache of %i bytes",
  async (bytes) => {
    const probe = await openRegexProbe();
    probe.raw["reserveCache"]!(bytes);
    expect(stored.length).toBeGreaterThanOrEqual(500);
    expect(stored.flatMap((query) => compareAnswer(probe, query, query.go))).toEqual([]);
  },
);
