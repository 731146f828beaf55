// Which bodies of a module come from given rooms of assembly/ alone, by the source map. What the compiler inlined into a body comes
// from below (the floors of ARCHITECTURE.md), so a body that shows no room but these was written in one of them.
import { SourceMap } from "../../host-test/host/source-map.ts";
import { bodyStarts } from "./call-graph.ts";

/** Bodies, counted from 0, all of whose instructions stand in one of the rooms or in the language's own library. */
export function bodiesWithin(wasm: Uint8Array, map: string, rooms: string[]): Set<number> {
  const starts = bodyStarts(wasm);
  const within = new Set(starts.keys());
  let body = 0;
  for (const { offset, source } of SourceMap.parse(map).places()) {
    if (offset < starts[0]) continue;
    while (body + 1 < starts.length && starts[body + 1] <= offset) body++;
    if (!source.startsWith("~lib/") && !rooms.includes(roomOf(source))) within.delete(body);
  }
  return within;
}

const roomOf = (source: string): string => /(?:^|\/)assembly\/([^/]+)\//.exec(source)?.[1] ?? "";
