// Coverage as text for the terminal and as lcov for editors and services.
import { table } from "../../cli/terminal/table.ts";
import type { LineHits } from "./collect.ts";

/** One line a file, and a total; `missing` lists line ranges that nothing hit. */
export function textReport(hits: LineHits): string {
  const rows = Object.keys(hits)
    .sort()
    .map((file) => [file, ...figuresOf(hits[file]!), ranges(hits[file]!)]);
  const all = Object.values(hits).flatMap((lines) => Object.values(lines));
  const total = ["all files", ...figuresFrom(all), ""];
  return table(
    ["file", "lines", "hit", "%", "not hit"],
    [...rows, total],
    ["left", "right", "right", "right", "left"],
  );
}

export function lcovReport(hits: LineHits): string {
  return Object.keys(hits)
    .sort()
    .map((file) => {
      const lines = Object.entries(hits[file]!);
      const found = lines.map(([line, hit]) => `DA:${line},${hit}`).join("\n");
      const hit = lines.filter(([, count]) => count === 1).length;
      return `TN:\nSF:${file}\n${found}\nLF:${lines.length}\nLH:${hit}\nend_of_record\n`;
    })
    .join("");
}

function figuresOf(lines: Record<number, 0 | 1>): string[] {
  return figuresFrom(Object.values(lines));
}

function figuresFrom(values: (0 | 1)[]): string[] {
  const hit = values.filter((value) => value === 1).length;
  const share = values.length === 0 ? 100 : (hit / values.length) * 100;
  return [String(values.length), String(hit), share.toFixed(1)];
}

const rangesMax = 12;

function ranges(lines: Record<number, 0 | 1>): string {
  const missing = Object.entries(lines)
    .filter(([, hit]) => hit === 0)
    .map(([line]) => Number(line));
  const parts: [number, number][] = [];
  for (const line of missing) {
    const last = parts.at(-1);
    if (last !== undefined && line <= last[1] + 1) last[1] = line;
    else parts.push([line, line]);
  }
  const words = parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  const more = words.length > rangesMax ? `, and ${words.length - rangesMax} more` : "";
  return words.slice(0, rangesMax).join(", ") + more;
}
