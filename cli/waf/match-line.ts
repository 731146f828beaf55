// A matched rule as the filter logs it: `[id "942100"] [phase "2"] ... [matched "ARGS:q"] [data "..."]`. The same brackets
// that ModSecurity and Coraza write, so their lines are read too, and so are the JSON audit logs of all three.

export interface RuleMatch {
  id: number;
  phase: string;
  severity: string;
  message: string;
  /** Target that matched, for example `ARGS:q`. */
  target: string;
  /** What was found there, where the filter logs it. */
  data: string;
  /** Which bytes of the value, changed as the rule says: `4-11 of 30`; where the operator says so. */
  span: string;
}

/** All matches that a line tells of: one for a line in brackets, each message of an audit log in JSON. */
export function readMatches(line: string): RuleMatch[] {
  const brace = line.indexOf('{"');
  const audited = brace < 0 ? undefined : readAudit(line.slice(brace));
  if (audited !== undefined) return audited;
  const match = readMatch(line);
  return match === undefined ? [] : [match];
}

interface AuditMessage {
  message?: string;
  /** ModSecurity. */
  details?: { ruleId?: string | number; match?: string; data?: string; severity?: string | number };
  /** Coraza. */
  data?: { id?: number; data?: string; msg?: string; severity?: string | number };
}

interface AuditDocument {
  transaction?: { messages?: AuditMessage[] };
  messages?: AuditMessage[];
  /** OCSF. */
  firewall_rule?: { uid?: string; name?: string; match_location?: string };
}

function readAudit(text: string): RuleMatch[] | undefined {
  let document: AuditDocument;
  try {
    document = JSON.parse(text) as AuditDocument;
  } catch {
    return undefined;
  }
  const rule = document.firewall_rule;
  const none = { phase: "", severity: "", data: "", span: "" };
  if (rule !== undefined)
    return [
      {
        ...none,
        id: Number(rule.uid),
        message: rule.name ?? "",
        target: rule.match_location ?? "",
      },
    ];
  const messages = document.messages ?? document.transaction?.messages;
  return messages?.map(({ message = "", details, data }) => {
    const found = details?.data ?? data?.data ?? "";
    // ModSecurity's own `match` is a sentence about the operator; ours is the target alone.
    const named = [details?.match, data?.data].find((one) => /^[A-Z_]+(:\S+)?$/.test(one ?? ""));
    return {
      ...none,
      id: Number(details?.ruleId ?? data?.id ?? 0),
      message: message === "" ? (data?.msg ?? "") : message,
      severity: String(details?.severity ?? data?.severity ?? ""),
      target: named ?? targetIn(`${details?.match ?? ""} ${found}`),
      data: found,
    };
  });
}

/** The target that logdata of the Core Rule Set, or a sentence of ModSecurity, names. */
function targetIn(text: string): string {
  return (
    /found within ([A-Z_]+(?::[^\s:]+)?)/.exec(text)?.[1] ??
    /against variable `([A-Z_]+(?::[^'`]+)?)'/.exec(text)?.[1] ??
    ""
  );
}

/** The match that a log line tells of; undefined for any other line. */
export function readMatch(line: string): RuleMatch | undefined {
  const field = (name: string): string =>
    new RegExp(`\\[${name} "((?:\\\\.|[^"\\\\])*)"`).exec(line)?.[1]?.replaceAll('\\"', '"') ?? "";
  const id = Number(field("id"));
  // A line of the audit log has the id in front as well: it repeats a match that has a line of its own.
  if (!(id > 0) || /^\[id "\d+"\] \{/.test(line)) return undefined;
  const named = field("matched");
  const data = field("data");
  // ModSecurity and Coraza name the target in the data alone.
  const target = named !== "" ? named : targetIn(data);
  return {
    id,
    phase: field("phase"),
    severity: field("severity"),
    message: field("msg"),
    target,
    data,
    span: field("span"),
  };
}
