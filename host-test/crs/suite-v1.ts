// The older format of the tests (ftw-tests-schema v1), which releases 3.x to 4.4 are written in, as the one that `suite.ts`
// plays: titles instead of numbers, every stage below a key of its own, lists of statuses, and the log asked by patterns.
// Source: go-ftw v0.6 (what its checks mean) and the Python ftw of 3.x (bodies as lists of lines).
import type { CrsTest, Stage, StageInput, StageOutput } from "./suite.ts";

export interface DocumentV1 {
  tests: { test_title: string; stages: { stage: StageV1 }[] }[];
}

interface StageV1 {
  input: Omit<StageInput, "data"> & {
    data?: string | string[];
    /** True: nothing is added to the request. */
    stop_magic?: boolean;
    raw_request?: string;
  };
  output: {
    status?: number | number[];
    log_contains?: string;
    no_log_contains?: string;
    expect_error?: boolean;
    retry_once?: boolean;
  };
}

/** Whether a file is in this format. */
export function isV1(document: object): document is DocumentV1 {
  const { tests } = document as { tests?: { test_title?: unknown }[] };
  return tests?.[0]?.test_title !== undefined;
}

/** The tests of a file; a title is `920100-4`. @param file names the rule where a title is none */
export function testsOfV1(document: DocumentV1, file: string): CrsTest[] {
  return document.tests.map(({ test_title, stages }, index) => {
    const rule = Number(/\d{6}/.exec(test_title)?.[0] ?? /\d{6}/.exec(file)?.[0] ?? 0);
    const test = Number(/-(\d+)/.exec(test_title)?.[1] ?? index + 1);
    return {
      rule,
      test,
      id: test_title,
      category: String(rule).slice(0, 3),
      stages: stages.map(({ stage }) => stageOf(stage)),
    };
  });
}

function stageOf({ input: written, output }: StageV1): Stage {
  const { data, stop_magic, raw_request, ...input } = written;
  const made: StageInput = { ...input };
  if (data !== undefined) made.data = Array.isArray(data) ? data.join("\r\n") : String(data);
  if (stop_magic !== undefined) made.autocomplete_headers ??= !stop_magic;
  if (raw_request !== undefined)
    made.encoded_request = Buffer.from(raw_request, "utf8").toString("base64");
  return { input: made, output: outputOf(output) };
}

function outputOf({ log_contains, no_log_contains, ...output }: StageV1["output"]): StageOutput {
  const log: StageOutput["log"] = {};
  if (log_contains !== undefined) log.match_regex = log_contains;
  if (no_log_contains !== undefined) log.no_match_regex = no_log_contains;
  return log_contains === undefined && no_log_contains === undefined ? output : { ...output, log };
}
