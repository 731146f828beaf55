// The Core Rule Set's regression tests as they are written (ftw-tests-schema v2): one YAML file a rule, each test one or
// more stages of a request and what the log must say. Read from the folder given, from MESHWARDEN_CRS or from the shared data.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { dataFolder } from "../vectors/data.ts";
import { type DocumentV1, isV1, testsOfV1 } from "./suite-v1.ts";

export interface StageInput {
  method?: string;
  uri?: string;
  version?: string;
  headers?: Record<string, string>;
  data?: string;
  autocomplete_headers?: boolean;
  /** Base64 of the whole request. */
  encoded_request?: string;
}

export interface LogExpectation {
  expect_ids?: number[];
  no_expect_ids?: number[];
  match_regex?: string;
  no_match_regex?: string;
}

export interface StageOutput {
  /** A list: any of them. */
  status?: number | number[];
  log?: LogExpectation;
  retry_once?: boolean;
  expect_error?: boolean;
}

export interface Stage {
  input: StageInput;
  output: StageOutput;
}

export interface CrsTest {
  rule: number;
  test: number;
  /** `942100-4`, as ftw writes it. */
  id: string;
  /** First three digits of the rule: the file of the rule set. */
  category: string;
  stages: Stage[];
}

/** Root of a Core Rule Set: the folder given, MESHWARDEN_CRS, else the shared copy; undefined where there is none. */
export function crsRoot(named = ""): string | undefined {
  if (named !== "") return existsSync(named) ? named : undefined;
  const given = process.env["MESHWARDEN_CRS"];
  return given !== undefined && existsSync(given) ? given : dataFolder("crs");
}

/** All tests below `root`, in the order of files and tests. */
export function loadTests(root: string): CrsTest[] {
  const folder = path.join(root, "tests", "regression", "tests");
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
    /\.ya?ml$/.test(file),
  );
  return files
    .sort()
    .flatMap((file) => testsOf(readFileSync(path.join(folder, file), "utf8"), file));
}

/** The tests of one file, in either format. */
export function testsOf(text: string, file: string): CrsTest[] {
  const document = parse(text) as { rule_id: number; tests: RawTest[] } | DocumentV1 | null;
  // One file of the suite holds comments alone.
  if (document === null) return [];
  if (isV1(document)) return testsOfV1(document, file);
  return document.tests.map(({ test_id, stages }) => ({
    rule: document.rule_id,
    test: test_id,
    id: `${document.rule_id}-${test_id}`,
    category: String(document.rule_id).slice(0, 3),
    // A few stages of 4.25.1 expect nothing: they are played, and must not break the connection.
    stages: stages.map(({ input, output = {} }) => ({ input, output })),
  }));
}

interface RawTest {
  test_id: number;
  stages: { input: StageInput; output?: StageOutput }[];
}
