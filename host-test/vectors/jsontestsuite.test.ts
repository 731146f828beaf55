// JSONTestSuite: every y_ file is accepted and every n_ file refused by the grammar alone; what RFC
// 8259 leaves open (i_) is decided here, under the default policies.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { dataFolder, suiteTitle } from "./data.ts";
import { JsonProbe } from "./json-probe.ts";

/**
 * Numbers beyond a double are accepted: the reader hands out digits, whoever converts them decides.
 */
const open: Record<string, string> = {
  "i_number_double_huge_neg_exp.json": "ok",
  "i_number_huge_exp.json": "ok",
  "i_number_neg_int_huge_exp.json": "ok",
  "i_number_pos_double_huge_exp.json": "ok",
  "i_number_real_neg_overflow.json": "ok",
  "i_number_real_pos_overflow.json": "ok",
  "i_number_real_underflow.json": "ok",
  "i_number_too_big_neg_int.json": "ok",
  "i_number_too_big_pos_int.json": "ok",
  "i_number_very_big_negative_int.json": "ok",
  "i_object_key_lone_2nd_surrogate.json": "lone-surrogate",
  "i_string_1st_surrogate_but_2nd_missing.json": "lone-surrogate",
  "i_string_1st_valid_surrogate_2nd_invalid.json": "lone-surrogate",
  "i_string_UTF-16LE_with_BOM.json": "unexpected-byte",
  "i_string_UTF-8_invalid_sequence.json": "invalid-utf8",
  "i_string_UTF8_surrogate_U+D800.json": "invalid-utf8",
  "i_string_incomplete_surrogate_and_escape_valid.json": "lone-surrogate",
  "i_string_incomplete_surrogate_pair.json": "lone-surrogate",
  "i_string_incomplete_surrogates_escape_valid.json": "lone-surrogate",
  "i_string_invalid_lonely_surrogate.json": "lone-surrogate",
  "i_string_invalid_surrogate.json": "lone-surrogate",
  "i_string_invalid_utf-8.json": "invalid-utf8",
  "i_string_inverted_surrogates_U+1D11E.json": "lone-surrogate",
  "i_string_iso_latin_1.json": "invalid-utf8",
  "i_string_lone_second_surrogate.json": "lone-surrogate",
  "i_string_lone_utf8_continuation_byte.json": "invalid-utf8",
  "i_string_not_in_unicode_range.json": "invalid-utf8",
  "i_string_overlong_sequence_2_bytes.json": "invalid-utf8",
  "i_string_overlong_sequence_6_bytes.json": "invalid-utf8",
  "i_string_overlong_sequence_6_bytes_null.json": "invalid-utf8",
  "i_string_truncated-utf-8.json": "invalid-utf8",
  "i_string_utf16BE_no_BOM.json": "unexpected-byte",
  "i_string_utf16LE_no_BOM.json": "unexpected-byte",
  "i_structure_500_nested_arrays.json": "too-deep",
  "i_structure_UTF-8_BOM_empty_object.json": "byte-order-mark",
};

/** What the grammar accepts and our default policy refuses. */
const stricter: Record<string, string> = {
  "y_object_duplicated_key.json": "duplicate-name",
  "y_object_duplicated_key_and_value.json": "duplicate-name",
};

const folder = dataFolder("jsontestsuite/test_parsing");

describe.skipIf(folder === undefined)(suiteTitle("JSONTestSuite", folder), async () => {
  const probe = await JsonProbe.create(1 << 18);
  const names = folder === undefined ? [] : readdirSync(folder).sort();
  const statusOf = (name: string) => probe.status(readFileSync(path.join(folder!, name)));
  const verdicts = (prefix: string) =>
    Object.fromEntries(names.filter((n) => n.startsWith(prefix)).map((n) => [n, statusOf(n)]));

  test("accepts every y_ file and refuses every n_ file by the grammar", () => {
    probe.limits({ refuseDuplicates: false, allowLoneSurrogates: true, maxDepth: 1 << 17 });
    const accepted = verdicts("y_");
    const refused = verdicts("n_");
    expect(Object.keys(accepted).length).toBeGreaterThanOrEqual(95);
    expect(Object.keys(refused).length).toBeGreaterThanOrEqual(187);
    expect(Object.entries(accepted).filter(([, status]) => status !== "ok")).toEqual([]);
    expect(Object.entries(refused).filter(([, status]) => status === "ok")).toEqual([]);
  });

  test("decides every i_ file", () => {
    probe.limits({});
    expect(verdicts("i_")).toEqual(open);
  });

  test("refuses by default only duplicate names among the y_ files", () => {
    probe.limits({});
    const refused = Object.entries(verdicts("y_")).filter(([, status]) => status !== "ok");
    expect(Object.fromEntries(refused)).toEqual(stricter);
  });
});
