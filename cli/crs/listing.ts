// The files of a release as a list: size, and how many rules each holds.
import { readRuleTexts } from "../waf/rule-text.ts";
import type { Release } from "./release.ts";

export interface ListedFile {
  name: string;
  sizeBytes: number;
  /** Rules with an id; 0 for phrase lists. */
  rules: number;
}

/** One entry a file, in the release's own order. */
export function listing({ files }: Release): ListedFile[] {
  return files.map(({ name, bytes }) => ({
    name,
    sizeBytes: bytes.length,
    rules: /\.conf$|^crs-setup/.test(name) ? readRuleTexts({ [name]: textOf(bytes) }).length : 0,
  }));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
