// What a filter said while it refused its configuration, as findings with places in the user's file. Filters log one line an
// error, `/pointer: message (mend)`; several filters may refuse the same thing in the same words.
import type { LogRecord } from "../../host-test/host/types.ts";
import type { Finding } from "../config/finding.ts";
import type { EngineInput } from "./engine-load.ts";

/** `(document)` stands for the empty pointer. */
const linePattern = /^(?:\[[^\]]*\] )?(\/\S*|\(document\)): ([^]*?)(?: \((.*)\))?$/;

/**
 * Findings of a refused load.
 * @param loadError Envoy's own message, used when no filter said anything better.
 */
export function configFindings(
  records: LogRecord[],
  loadError: string,
  input: EngineInput,
): Finding[] {
  const findings = new Map<string, Finding>();
  for (const { level, message } of records) {
    if (level !== "error" && level !== "critical" && level !== "warn") continue;
    const match = linePattern.exec(message);
    if (match === null) continue;
    const pointer = match[1] === "(document)" ? "" : unescaped(match[1]!);
    const place = input.document?.place(pointer) ?? { file: "", line: 1, column: 1 };
    findings.set(message, { ...place, pointer, message: match[2]!, mend: match[3] ?? "" });
  }
  if (findings.size > 0) return [...findings.values()];
  const place = input.document?.place("") ?? { file: "", line: 1, column: 1 };
  const said = records.filter(({ level }) => level === "error" || level === "critical");
  const message = [loadError, ...said.map((record) => record.message)].join("; ");
  return [{ ...place, pointer: "", message, mend: "" }];
}

/** Filters write blanks, control characters and `%` of a pointer as percent escapes, so that it is one word. */
function unescaped(pointer: string): string {
  return pointer.replace(/%[0-9A-F]{2}/g, decodeURIComponent);
}
