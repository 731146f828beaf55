// Dates and times. Source: RFC 3339 §5.6 (date-time, with the leap second where UTC allows one), appendix A (duration).

let at: usize = 0;
let hour: i32 = 0;
let minute: i32 = 0;
let second: i32 = 0;

export function isDateTime(ptr: usize, end: usize): bool {
  if (end - ptr < 20 || !isDate(ptr, ptr + 10)) return false;
  return (load<u8>(ptr, 10) | 0x20) == 0x74 && isTime(ptr + 11, end);
}

export function isDate(ptr: usize, end: usize): bool {
  if (end - ptr != 10 || load<u8>(ptr, 4) != 0x2d || load<u8>(ptr, 7) != 0x2d) return false;
  const year = number(ptr, 4);
  const month = number(ptr + 5, 2);
  const day = number(ptr + 8, 2);
  return year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

export function isTime(ptr: usize, end: usize): bool {
  if (!clock(ptr, end)) return false;
  const leap = second == 60;
  const clockMinutes = hour * 60 + minute;
  if (at < end && load<u8>(at) == 0x2e) {
    const first = ++at;
    while (at < end && <u8>(load<u8>(at) - 0x30) < 10) at++;
    if (at == first) return false;
  }
  let offset = 0;
  if (at >= end) return false;
  const sign = load<u8>(at);
  if ((sign | 0x20) == 0x7a) at++;
  else if (sign == 0x2b || sign == 0x2d) {
    if (end - at != 6 || load<u8>(at, 3) != 0x3a) return false;
    const hours = number(at + 1, 2);
    const minutes = number(at + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
    offset = hours * 60 + minutes;
    if (sign == 0x2d) offset = -offset;
    at += 6;
  } else return false;
  if (at != end) return false;
  // A leap second is inserted at the end of a day in UTC.
  return !leap || (clockMinutes - offset + 2880) % 1440 == 1439;
}

/** hh:mm:ss; leaves `at` behind it. */
function clock(ptr: usize, end: usize): bool {
  if (end - ptr < 8 || load<u8>(ptr, 2) != 0x3a || load<u8>(ptr, 5) != 0x3a) return false;
  hour = number(ptr, 2);
  minute = number(ptr + 3, 2);
  second = number(ptr + 6, 2);
  at = ptr + 8;
  return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60;
}

/** `count` digits; -1 when one of them is none. */
function number(ptr: usize, count: usize): i32 {
  let value = 0;
  for (let i: usize = 0; i < count; i++) {
    const digit: u8 = load<u8>(ptr + i) - 0x30;
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** P, then years to days or weeks, then T and hours to seconds: each unit once, in order, none skipped over. */
export function isDuration(ptr: usize, end: usize): bool {
  if (ptr >= end || load<u8>(ptr) != 0x50) return false;
  at = ptr + 1;
  const date = units(end, 0x44_4d_59); // Y M D
  if (date == 0 && at < end && load<u8>(at) != 0x54) {
    at = ptr + 1;
    return units(end, 0x57) == 1 && at == end;
  }
  if (at == end) return date > 0;
  if (load<u8>(at) != 0x54) return false;
  at++;
  return units(end, 0x53_4d_48) > 0 && at == end; // H M S
}

/** Units in the order of the bytes of `letters`, the lowest first; answers how many there were. A gap between two ends it. */
function units(end: usize, letters: u32): i32 {
  let count = 0;
  let isGap = false;
  for (; letters != 0; letters >>= 8) {
    const start = at;
    while (at < end && <u8>(load<u8>(at) - 0x30) < 10) at++;
    if (at > start && at < end && load<u8>(at) == <u8>letters && !isGap) {
      at++;
      count++;
    } else {
      at = start;
      isGap = count > 0;
    }
  }
  return count;
}
