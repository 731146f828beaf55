// Attack lists and benign lists made by others, each line judged as a raw value at the default level:
// the rates reached are floors, so that a change that lowers one is seen. `score-detect.ts` prints all.
import { beforeAll, describe, expect, test } from "vitest";
import { suiteTitle } from "./data.ts";
import { attackLists, benignBodies, benignLists, hardLines, score } from "./detect-corpus.ts";
import { DetectProbe } from "./detect-probe.ts";

/** Share of the distinct lines of a class, in per cent. */
const floors: Record<string, number> = {
  sqli: 91,
  xss: 98,
  "command-injection": 75,
  "path-traversal-lfi": 98,
  ssrf: 85,
  ssti: 96,
  ssi: 90,
  nosql: 90,
  ldap: 60,
  crlf: 80,
  // A quarter of this list is fragments and plain XML without a document type.
  xxe: 70,
};

let probe: DetectProbe;
beforeAll(async () => {
  probe = await DetectProbe.create();
});

const attacks = attackLists();
describe.skipIf(attacks === undefined)(suiteTitle("attack lists", attacks && "found"), () => {
  test.each(Object.entries(floors))("%s: at least %d %%", (name, floor) => {
    const result = score(
      probe,
      attacks!.find((list) => list.name === name)!,
    );
    expect((result.hits * 100) / result.values).toBeGreaterThanOrEqual(floor);
  });
});

/** What may pass of a list: what no grammar can tell from anybody's value. */
const innocentLines: Record<string, RegExp> = {
  // Marks alone, and one of them encoded.
  ldap: /^(?:%26|%7C|[&(*/]|\*\/\*|\/\/\*)$/,
  // Anything without a document type, an entity or another declaration.
  xxe: /^(?!.*(?:<!|SYSTEM|PUBLIC))/s,
};
test.skipIf(attacks === undefined).each(Object.entries(innocentLines))(
  "%s: what passes is no attack alone",
  (name, innocent) => {
    const { missed } = score(
      probe,
      attacks!.find((list) => list.name === name)!,
    );
    expect(missed.map(String).filter((line) => !innocent.test(line))).toEqual([]);
  },
);

const benign = benignLists();
describe.skipIf(benign === undefined)(suiteTitle("benign lists", benign && "found"), () => {
  test("at most 0.15 % of the lines", () => {
    const results = benign!
      .filter((list) => !list.name.startsWith("markdown"))
      .map((list) => score(probe, list));
    const hits = results.reduce((sum, result) => sum + result.hits, 0);
    const lines = results.reduce((sum, result) => sum + result.values, 0);
    expect((hits * 100) / lines).toBeLessThanOrEqual(0.15);
  });

  test("at most 2 % of JSON bodies and Markdown pages", () => {
    const bodies = benignBodies()!;
    const refused = bodies.filter((body) => score(probe, body).hits > 0).length;
    const pages = score(
      probe,
      benign!.find((list) => list.name.startsWith("markdown"))!,
    );
    expect((refused + pages.hits) / (bodies.length + pages.values)).toBeLessThanOrEqual(0.02);
  });
});

const hard = hardLines();
test.skipIf(hard === undefined)(
  suiteTitle("at most 10 of the hard benign lines", hard && "found"),
  () => {
    expect(score(probe, hard!).hits).toBeLessThanOrEqual(10);
  },
);
