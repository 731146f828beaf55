// The distinct @rx patterns of the OWASP Core Rule Set, read from its rule files. Inside a SecLang
// operator string `\"` is a quote; every other backslash belongs to the pattern, and a backslash at the
// end of a line joins it with the next.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** Patterns in file order, as Latin-1 byte strings, each once. */
export function crsPatterns(rulesFolder: string): string[] {
  const patterns = new Set<string>();
  for (const name of readdirSync(rulesFolder).sort()) {
    if (!name.endsWith(".conf")) continue;
    const text = readFileSync(path.join(rulesFolder, name), "latin1")
      .replace(/^\s*#.*$/gm, "")
      .replace(/\\\n\s*/g, " ");
    for (const match of text.matchAll(/^\s*SecRule\s+(?:"[^"]*"|\S+)\s+"((?:\\.|[^"\\])*)"/gms)) {
      const operator = match[1]!.replaceAll('\\"', '"');
      const rx = /^!?@rx\s(.*)$/s.exec(operator);
      if (rx) patterns.add(rx[1]!.trimStart());
    }
  }
  return [...patterns];
}
