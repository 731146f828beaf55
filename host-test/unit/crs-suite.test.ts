// The suite's runner reads both formats of its tests alike: the one of today, and the one of releases up to 4.4.
import { expect, test } from "vitest";
import { judge } from "../crs/judge.ts";
import { testsOf } from "../crs/suite.ts";

test("a test of today's format is taken as it is, also one that expects nothing", () => {
  const text = `
rule_id: 920100
tests:
  - test_id: 4
    stages:
      - input: { method: GET, uri: /a }
        output: { status: 400, log: { expect_ids: [920100] } }
      - input: { uri: /b }
`;
  expect(testsOf(text, "920100.yaml")).toEqual([
    {
      rule: 920100,
      test: 4,
      id: "920100-4",
      category: "920",
      stages: [
        {
          input: { method: "GET", uri: "/a" },
          output: { status: 400, log: { expect_ids: [920100] } },
        },
        { input: { uri: "/b" }, output: {} },
      ],
    },
  ]);
  expect(testsOf("# comments alone\n", "920539.yaml")).toEqual([]);
});

test("a test of the older format becomes the same shape", () => {
  const text = `
tests:
  - test_title: 941100-2
    stages:
      - stage:
          input: { uri: /a, data: [one, two], stop_magic: true }
          output: { status: [200, 404], log_contains: 'id "941100"' }
      - stage:
          input: { raw_request: "GET / HTTP/1.0" }
          output: { no_log_contains: 'id "941100"' }
  - test_title: nameless
    stages:
      - stage: { input: { uri: /b, stop_magic: false }, output: { expect_error: true } }
`;
  const [first, second] = testsOf(text, "REQUEST-941/941110.yaml");
  expect(first).toEqual({
    rule: 941100,
    test: 2,
    id: "941100-2",
    category: "941",
    stages: [
      {
        input: { uri: "/a", data: "one\r\ntwo", autocomplete_headers: false },
        output: { status: [200, 404], log: { match_regex: 'id "941100"' } },
      },
      {
        input: { encoded_request: Buffer.from("GET / HTTP/1.0").toString("base64") },
        output: { log: { no_match_regex: 'id "941100"' } },
      },
    ],
  });
  expect(second).toMatchObject({ rule: 941110, test: 2, id: "nameless" });
  expect(second?.stages).toEqual([
    { input: { uri: "/b", autocomplete_headers: true }, output: { expect_error: true } },
  ]);
});

test("a broken connection is no request in which no rule matched", () => {
  const broken = { status: 0, log: [] };
  expect(judge({}, broken)).toEqual(["connection broken"]);
  expect(judge({ log: { no_expect_ids: [920100] } }, broken)).toEqual(["connection broken"]);
  expect(judge({ expect_error: false }, broken)).toEqual(["connection broken"]);
  expect(judge({ expect_error: true }, broken)).toEqual([]);
});

test("of a list of statuses any will do, and no other", () => {
  const outcome = (status: number): Parameters<typeof judge>[1] => ({ status, log: [] });
  expect(judge({ status: [200, 404] }, outcome(404))).toEqual([]);
  expect(judge({ status: [200, 404] }, outcome(403))).toEqual(["status 403, expected 200 or 404"]);
});
