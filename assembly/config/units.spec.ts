import { NO_AMOUNT, parseDurationNs, parseSizeBytes } from "./units";
import { editDistance, nearestWord } from "./suggestion";

export function reads_durations_exactly(): void {
  assert(parseDurationNs("0s") == 0);
  assert(parseDurationNs("1ns") == 1);
  assert(parseDurationNs("250ms") == 250000000);
  assert(parseDurationNs("1.5s") == 1500000000);
  assert(parseDurationNs("0.000000001s") == 1);
  assert(parseDurationNs("1.50000000000000000s") == 1500000000);
  assert(parseDurationNs("10m") == 600000000000);
  assert(parseDurationNs("0.25d") == 21600000000000);
  assert(parseDurationNs("106750d") == 9223200000000000000);
}

export function refuses_what_is_no_duration(): void {
  const bad = [
    "",
    "s",
    "10",
    "10 s",
    "-1s",
    "+1s",
    "1.s",
    ".5s",
    "1.2.3s",
    "1S",
    "1e3s",
    "0.5ns",
    "106752d",
  ];
  for (let i = 0; i < bad.length; i++) assert(parseDurationNs(bad[i]) == NO_AMOUNT, bad[i]);
  assert(parseDurationNs("99999999999999999999s") == NO_AMOUNT);
  assert(parseDurationNs("0.0000000001s") == NO_AMOUNT, "finer than a nanosecond");
}

export function reads_sizes(): void {
  assert(parseSizeBytes("0") == 0 && parseSizeBytes("512") == 512 && parseSizeBytes("7B") == 7);
  assert(parseSizeBytes("64KiB") == 65536 && parseSizeBytes("1.5KiB") == 1536);
  assert(parseSizeBytes("2MB") == 2000000 && parseSizeBytes("1kB") == 1000);
  assert(parseSizeBytes("1GiB") == 1073741824);
  const bad = ["", "KiB", "64 KiB", "64K", "64kib", "-1", "0.3KiB", "1.5B"];
  for (let i = 0; i < bad.length; i++) assert(parseSizeBytes(bad[i]) == NO_AMOUNT, bad[i]);
}

export function suggests_the_nearest_word(): void {
  assert(editDistance("", "abc") == 3 && editDistance("abcd", "abdc") == 1);
  assert(editDistance("kitten", "sitting") == 3 && editDistance("same", "same") == 0);
  const known = ["maxHeaders", "maxHeaderBytes", "methods"];
  assert(nearestWord("max_headers", known) == "maxHeaders");
  assert(nearestWord("maxHeaderByte", known) == "maxHeaderBytes");
  assert(nearestWord("method", known) == "methods");
  assert(nearestWord("colour", known) == "");
}
