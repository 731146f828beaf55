// The operator and transformation cases of ModSecurity's language tests and of Coraza's copy of them: one JSON array a
// file. Texts may hold bytes spelt out, which their own runners turn into bytes; so does this reader.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { dataFolder } from "../data.ts";

export interface UnitCase {
  /** File and place, for example `cssDecode.json#3`. */
  id: string;
  name: string;
  param: string;
  input: Buffer;
  /** Expected result of a transformation. */
  output: Buffer;
  /** Expected verdict of an operator. */
  ret: number;
}

export type Suite = "secrules-language-tests" | "coraza";

/** All cases of one kind (`operators` or `transformations`) of a suite; undefined when it is not on this machine. */
export function unitCases(suite: Suite, kind: string): UnitCase[] | undefined {
  const folder = dataFolder(path.join("seclang", suite, kind));
  if (folder === undefined) return undefined;
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.sort().flatMap((file) => {
    const cases = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Raw[];
    return cases.map((raw, index) => ({
      id: `${file}#${index}`,
      name: raw.name.replace(/-test\d+$/, ""),
      param: raw.param ?? "",
      input: bytesOf(raw.input ?? ""),
      output: bytesOf(raw.output ?? ""),
      ret: raw.ret ?? 0,
    }));
  });
}

/** A file that an operator case names, wherever the suite keeps it; undefined when it was left out. */
export function companion(name: string): string | undefined {
  const root = dataFolder("seclang");
  if (root === undefined) return undefined;
  for (const entry of readdirSync(root, { recursive: true }) as string[]) {
    if (path.basename(entry) === path.basename(name) && existsSync(path.join(root, entry))) {
      return path.join(root, entry);
    }
  }
  return undefined;
}

interface Raw {
  name: string;
  param?: string;
  input?: string;
  output?: string;
  ret?: number;
}

/** UTF-8 of the text, with `\\xHH` and `\\u00HH` that are spelt out as single bytes. */
function bytesOf(text: string): Buffer {
  const parts: Buffer[] = [];
  let last = 0;
  for (const match of text.matchAll(/\\(?:x|u00)([0-9a-fA-F]{2})/g)) {
    parts.push(Buffer.from(text.slice(last, match.index), "utf8"));
    parts.push(Buffer.from([parseInt(match[1], 16)]));
    last = match.index + match[0].length;
  }
  parts.push(Buffer.from(text.slice(last), "utf8"));
  return Buffer.concat(parts);
}
