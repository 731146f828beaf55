// Node's forms of a header list and the pairs that the filter chain speaks.
import type { Header } from "../../host-test/host/types.ts";

/** `["A", "1", "B", "2"]` as `[["a", "1"], ["b", "2"]]`; repeated names stay repeated. */
export function pairsOf(raw: string[]): Header[] {
  const headers: Header[] = [];
  for (let i = 0; i < raw.length; i += 2) headers.push([raw[i]!.toLowerCase(), raw[i + 1]!]);
  return headers;
}

/** Pairs as node:http2 takes them: an object whose repeated names hold a list. */
export function headerObject(headers: Header[]): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  return fields;
}
