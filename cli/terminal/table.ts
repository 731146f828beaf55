// A plain table: columns padded to their widest cell, no borders, readable when pasted into a report.
import { stripVTControlCharacters } from "node:util";

/** Where a column's text stands. */
export type Alignment = "left" | "right";

const width = (cell: string): number => stripVTControlCharacters(cell).length;

/**
 * Lines of a table, header first, each ending in a newline. Cells may carry colour codes, which count for nothing.
 * @param alignments one for each column; missing ones are "left".
 */
export function table(header: string[], rows: string[][], alignments: Alignment[] = []): string {
  const lines = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...lines.map((line) => width(line[i] ?? ""))));
  const format = (line: string[]): string => {
    const cells = widths.map((columnWidth, i) => {
      const cell = line[i] ?? "";
      const pad = " ".repeat(columnWidth - width(cell));
      return alignments[i] === "right" ? pad + cell : cell + pad;
    });
    return cells.join("  ").trimEnd();
  };
  return lines.map((line) => `${format(line)}\n`).join("");
}
