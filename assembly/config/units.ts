// Amounts with a unit, as people write them: durations ("250ms", "1.5s", "10m") and sizes ("64KiB",
// "1MB", "512"). Envoy's own durations ("0.250s") are a subset. Decimal fractions are exact: an
// amount that is no whole number of the base unit is refused rather than rounded.

/**
 * What the parsers return when the text is no amount, or is too large for an i64 of the base unit.
 */
export const NO_AMOUNT: i64 = -1;

/**
 * Nanoseconds of a duration with one unit of ns, us, ms, s, m, h or d; `NO_AMOUNT` when it is none.
 */
export function parseDurationNs(text: string): i64 {
  const split = unitStart(text);
  const unit = durationUnitNs(text.substring(split));
  return unit == 0 ? NO_AMOUNT : scaled(text.substring(0, split), unit);
}

function durationUnitNs(unit: string): i64 {
  if (unit == "ns") return 1;
  if (unit == "us") return 1000;
  if (unit == "ms") return 1000000;
  if (unit == "s") return 1000000000;
  if (unit == "m") return 60000000000;
  if (unit == "h") return 3600000000000;
  if (unit == "d") return 86400000000000;
  return 0;
}

/**
 * Bytes of a size with no unit, B, KiB, MiB, GiB, or the decimal KB (also kB), MB, GB; `NO_AMOUNT`
 * when it is none.
 */
export function parseSizeBytes(text: string): i64 {
  const split = unitStart(text);
  const unit = sizeUnitBytes(text.substring(split));
  return unit == 0 ? NO_AMOUNT : scaled(text.substring(0, split), unit);
}

function sizeUnitBytes(unit: string): i64 {
  if (unit == "" || unit == "B") return 1;
  if (unit == "KiB") return 1024;
  if (unit == "MiB") return 1048576;
  if (unit == "GiB") return 1073741824;
  if (unit == "kB" || unit == "KB") return 1000;
  if (unit == "MB") return 1000000;
  if (unit == "GB") return 1000000000;
  return 0;
}

/** Index of the first character that is no digit and no point. */
function unitStart(text: string): i32 {
  let i = 0;
  while (i < text.length && (isDigitUnit(text.charCodeAt(i)) || text.charCodeAt(i) == 0x2e)) i++;
  return i;
}

function isDigitUnit(unit: i32): bool {
  return unit >= 0x30 && unit <= 0x39;
}

/** `digits` or `digits.digits` times `unit`, exactly. */
function scaled(number: string, unit: i64): i64 {
  const point = number.indexOf(".");
  const whole = point < 0 ? number : number.substring(0, point);
  const fraction = point < 0 ? "0" : number.substring(point + 1);
  if (whole.length == 0 || whole.length > 18) return NO_AMOUNT;
  if (fraction.length == 0 || fraction.length > 18 || fraction.includes(".")) return NO_AMOUNT;
  const units = I64.parseInt(whole);
  if (units > i64.MAX_VALUE / unit - 1) return NO_AMOUNT;
  const numerator = I64.parseInt(fraction);
  let denominator: i64 = 1;
  for (let i = 0; i < fraction.length; i++) denominator *= 10;
  const common = greatestCommonDivisor(unit, denominator);
  denominator /= common;
  if (numerator % denominator != 0) return NO_AMOUNT;
  return units * unit + (unit / common) * (numerator / denominator);
}

function greatestCommonDivisor(a: i64, b: i64): i64 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
