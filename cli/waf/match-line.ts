// A matched rule as the filter logs it: `[id "942100"] [phase "2"] ... [matched "ARGS:q"] [data "..."]`. The same brackets
// that ModSecurity and Coraza write, so their lines are read too.

export interface RuleMatch {
  id: number;
  phase: string;
  severity: string;
  message: string;
  /** Target that matched, for example `ARGS:q`. */
  target: string;
  /** What was found there, where the filter logs it. */
  data: string;
}

/** The match that a log line tells of; undefined for any other line. */
export function readMatch(line: string): RuleMatch | undefined {
  const field = (name: string): string =>
    new RegExp(`\\[${name} "((?:\\\\.|[^"\\\\])*)"`).exec(line)?.[1]?.replaceAll('\\"', '"') ?? "";
  const id = Number(field("id"));
  if (!(id > 0)) return undefined;
  const named = field("matched");
  const data = field("data");
  // ModSecurity and Coraza name the target in the data alone.
  const target =
    named !== "" ? named : (/found within ([A-Z_]+(?::[^\s:]+)?)/.exec(data)?.[1] ?? "");
  return {
    id,
    phase: field("phase"),
    severity: field("severity"),
    message: field("msg"),
    target,
    data,
  };
}
