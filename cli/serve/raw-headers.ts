// Node's flat list of header names and values, in wire order, as the pairs that the filter chain speaks.
import type { Header } from "../../host-test/host/types.ts";

/** `["A", "1", "B", "2"]` as `[["a", "1"], ["b", "2"]]`; repeated names stay repeated. */
export function pairsOf(raw: string[]): Header[] {
  const headers: Header[] = [];
  for (let i = 0; i < raw.length; i += 2) headers.push([raw[i]!.toLowerCase(), raw[i + 1]!]);
  return headers;
}
