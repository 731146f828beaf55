// Keywords of numbers and of strings.
// Source: JSON Schema Validation 2020-12 §6.2, §6.3, §7.
import { JsonEvent } from "../../json/event";
import { unescapeInto } from "../../json/unescape";
import { compileRegex, regexStatus } from "../../regex/regex";
import { Regex } from "../../regex/regex";
import { RegexFlag, RegexStatus } from "../../regex/status";
import { formatNamed } from "../format/table";
import { Dialect } from "../dialect";
import { NO_LIMIT, SchemaNode, TypeBit } from "../node";
import { numberAt } from "../number";
import { kindOf, valueLength, valuePtr } from "../tape";
import { NodeSource } from "./node-source";
import { ecmaToRe2 } from "./ecma-pattern";
import { NO_COUNT, countOf, numberOf } from "./keyword-values";
import { isTrueMember, member, textMember } from "./rows";

export function readNumberKeywords(
  compiler: NodeSource,
  row: usize,
  node: SchemaNode,
  dialect: Dialect,
): void {
  node.minimum = numberOf(row, "minimum", -Infinity);
  node.maximum = numberOf(row, "maximum", Infinity);
  if (dialect == Dialect.OpenApi30) readExclusives(compiler, row, node);
  else {
    node.exclusiveMinimum = numberOf(row, "exclusiveMinimum", -Infinity);
    node.exclusiveMaximum = numberOf(row, "exclusiveMaximum", Infinity);
  }
  if (compiler.assertsFormats) readWidth(row, node);
  if (
    isNaN(node.minimum) ||
    isNaN(node.maximum) ||
    isNaN(node.exclusiveMinimum) ||
    isNaN(node.exclusiveMaximum)
  ) {
    compiler.fault(row, "minimum, maximum and their exclusive forms must be numbers");
  }
  const step = member(row, "multipleOf");
  if (step != 0) {
    const isNumber = kindOf(step) == JsonEvent.Number;
    if (!isNumber || numberAt(valuePtr(step), valueLength(step)) <= 0) {
      compiler.fault(step, "multipleOf must be a number above 0");
    } else node.multipleOf = step;
  }
  node.hasNumber =
    node.multipleOf != 0 ||
    isFinite(node.minimum) ||
    isFinite(node.maximum) ||
    isFinite(node.exclusiveMinimum) ||
    isFinite(node.exclusiveMaximum);
}

/** OpenAPI 3.0 says by `true` that the bound itself is out. */
function readExclusives(compiler: NodeSource, row: usize, node: SchemaNode): void {
  for (let i = 0; i < 2; i++) {
    const keyword = i == 0 ? "exclusiveMinimum" : "exclusiveMaximum";
    const found = member(row, keyword);
    if (found == 0) continue;
    const kind = kindOf(found);
    if (kind != JsonEvent.True && kind != JsonEvent.False) {
      const mend = "write true beside the bound, or openapi: 3.1.0";
      compiler.fault(found, `${keyword} is true or false in OpenAPI 3.0`, mend);
    }
  }
  if (isTrueMember(row, "exclusiveMinimum")) node.exclusiveMinimum = node.minimum;
  if (isTrueMember(row, "exclusiveMaximum")) node.exclusiveMaximum = node.maximum;
}

/** The formats of numbers that bound them (OpenAPI 3.1 format registry); a double tells int64 to within its precision. */
function readWidth(row: usize, node: SchemaNode): void {
  if ((node.types & (TypeBit.Integer | TypeBit.Number)) == 0) return;
  const format = textMember(row, "format");
  const isInt32 = format == "int32";
  if (!isInt32 && format != "int64") return;
  node.minimum = max(node.minimum, isInt32 ? -2147483648.0 : -9223372036854775808.0);
  node.maximum = min(node.maximum, isInt32 ? 2147483647.0 : 9223372036854775807.0);
}

export function readStringKeywords(compiler: NodeSource, row: usize, node: SchemaNode): void {
  const least = countOf(row, "minLength", 0);
  const most = countOf(row, "maxLength", NO_LIMIT);
  if (least == NO_COUNT || most == NO_COUNT) {
    compiler.fault(row, "minLength and maxLength must be whole numbers");
  }
  node.minLength = <u32>least;
  node.maxLength = <u32>most;
  const pattern = member(row, "pattern");
  if (pattern != 0) {
    if (kindOf(pattern) != JsonEvent.String) compiler.fault(pattern, "pattern must be a text");
    else node.pattern = patternOf(compiler, valuePtr(pattern), valueLength(pattern), pattern);
  }
  if (compiler.assertsFormats) node.format = formatNamed(textMember(row, "format"));
  node.hasString =
    node.minLength > 0 || node.maxLength != NO_LIMIT || node.pattern !== null || node.format != 0;
}

/** A pattern compiled; null, with a fault, when it is none that can be matched in linear time. */
export function patternOf(compiler: NodeSource, raw: usize, length: u32, row: usize): Regex | null {
  const room = heap.alloc(length + 1);
  const size = unescapeInto(room, raw, length);
  const text = ecmaToRe2(room, size);
  heap.free(room);
  const flags = RegexFlag.UTF8 | RegexFlag.PERL_SPACE | RegexFlag.NO_CAPTURES;
  const regex = compileRegex(text.ptr, text.length, flags);
  text.dispose();
  if (regex === null) {
    const mend = "write it without what cannot be matched";
    compiler.fault(row, `this pattern cannot be used: ${reason()}`, mend);
  }
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
