// Keywords of numbers and of strings.
// Source: JSON Schema Validation 2020-12 §6.2, §6.3, §7.
import { JsonEvent } from "../../json/event";
import { unescapeInto } from "../../json/unescape";
import { compileRegex, regexStatus } from "../../regex/regex";
import { Regex } from "../../regex/regex";
import { RegexFlag, RegexStatus } from "../../regex/status";
import { formatNamed } from "../format/table";
import { NO_LIMIT, SchemaNode } from "../node";
import { numberAt } from "../number";
import { kindOf, valueLength, valuePtr } from "../tape";
import { NodeSource } from "./node-source";
import { member, textMember } from "./documents";
import { ecmaToRe2 } from "./ecma-pattern";
import { NO_COUNT, countOf, numberOf } from "./keyword-values";

export function readNumberKeywords(
  compiler: NodeSource,
  row: usize,
  node: SchemaNode,
  pointer: string,
): void {
  node.minimum = numberOf(row, "minimum", -Infinity);
  node.exclusiveMinimum = numberOf(row, "exclusiveMinimum", -Infinity);
  node.maximum = numberOf(row, "maximum", Infinity);
  node.exclusiveMaximum = numberOf(row, "exclusiveMaximum", Infinity);
  if (
    isNaN(node.minimum) ||
    isNaN(node.maximum) ||
    isNaN(node.exclusiveMinimum) ||
    isNaN(node.exclusiveMaximum)
  ) {
    compiler.fault(pointer, "minimum, maximum and their exclusive forms are numbers");
  }
  const step = member(row, "multipleOf");
  if (step != 0) {
    const isNumber = kindOf(step) == JsonEvent.Number;
    if (!isNumber || numberAt(valuePtr(step), valueLength(step)) <= 0) {
      compiler.fault(pointer, "multipleOf is a number above 0");
    } else node.multipleOf = step;
  }
  node.hasNumber =
    node.multipleOf != 0 ||
    isFinite(node.minimum) ||
    isFinite(node.maximum) ||
    isFinite(node.exclusiveMinimum) ||
    isFinite(node.exclusiveMaximum);
}

export function readStringKeywords(
  compiler: NodeSource,
  row: usize,
  node: SchemaNode,
  pointer: string,
): void {
  const least = countOf(row, "minLength", 0);
  const most = countOf(row, "maxLength", NO_LIMIT);
  if (least == NO_COUNT || most == NO_COUNT) {
    compiler.fault(pointer, "minLength and maxLength are whole numbers");
  }
  node.minLength = <u32>least;
  node.maxLength = <u32>most;
  const pattern = member(row, "pattern");
  if (pattern != 0) {
    if (kindOf(pattern) != JsonEvent.String) compiler.fault(pointer, "pattern is a text");
    else node.pattern = patternOf(compiler, valuePtr(pattern), valueLength(pattern), pointer);
  }
  if (compiler.assertsFormats) node.format = formatNamed(textMember(row, "format"));
  node.hasString =
    node.minLength > 0 || node.maxLength != NO_LIMIT || node.pattern !== null || node.format != 0;
}

/** A pattern compiled; null, with a fault, when it is none that can be matched in linear time. */
export function patternOf(
  compiler: NodeSource,
  raw: usize,
  length: u32,
  pointer: string,
): Regex | null {
  const room = heap.alloc(length + 1);
  const size = unescapeInto(room, raw, length);
  const text = ecmaToRe2(room, size);
  heap.free(room);
  const flags = RegexFlag.UTF8 | RegexFlag.PERL_SPACE | RegexFlag.NO_CAPTURES;
  const regex = compileRegex(text.ptr, text.length, flags);
  text.dispose();
  if (regex === null) compiler.fault(pointer, `this pattern cannot be used: ${reason()}`);
  return regex;
}

function reason(): string {
  switch (regexStatus()) {
    case RegexStatus.LOOKAHEAD:
    case RegexStatus.LOOKBEHIND:
      return "looking around cannot be done in linear time";
    case RegexStatus.BACKREFERENCE:
      return "a back-reference cannot be done in linear time";
    case RegexStatus.UNICODE_CLASS:
      return "classes of Unicode properties are not known here";
    case RegexStatus.PROGRAM_TOO_LARGE:
      return "it is too large";
    default:
      return "it is no regular expression";
  }
}
