// What the firewall's fuzzer begins with: rules that exist, and inputs that once broke something.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { ownFiles, ruleFiles } from "../../cli/waf/rule-files.ts";
import { dataFolder } from "../vectors/data.ts";

/** Rules to begin with: each directive of our own, and of the Core Rule Set where it is at hand. */
export function ruleSeeds(): string[] {
  const crs = dataFolder("crs");
  const files = [
    ...Object.values(ownFiles()),
    ...(crs === undefined ? [] : Object.values(ruleFiles(crs))),
  ];
  const directives = files.flatMap((text) => text.replace(/^\s*#.*\n/gm, "").split(/\n(?=Sec)/));
  const chained = directives.flatMap((one, index) =>
    /\bchain\b/.test(one) ? [one + "\n" + (directives[index + 1] ?? "")] : [],
  );
  return [...directives.filter((one) => one.length < 3000), ...chained].filter((one) =>
    one.startsWith("Sec"),
  );
}

/** Inputs that once broke something, and odd ones: each is tried first. */
export function corpus(folder: string): { rules?: string; seed?: number }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as { rules?: string });
}
