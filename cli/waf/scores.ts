// What the scores of a request came to: an action behind the rules of each profile logs the variables in which the Core Rule Set
// and the rule set of this project add up, and its line is read back. The action runs in phase 5, after every verdict.

/** Variables of TX by what they are called here. */
const scores: Record<string, string> = {
  score: "meshwarden_score",
  threshold: "meshwarden_threshold",
  inbound: "blocking_inbound_anomaly_score",
  "inbound threshold": "inbound_anomaly_score_threshold",
  outbound: "blocking_outbound_anomaly_score",
  "outbound threshold": "outbound_anomaly_score_threshold",
  "paranoia level": "blocking_paranoia_level",
  sqli: "sql_injection_score",
  xss: "xss_score",
  rce: "rce_score",
  lfi: "lfi_score",
  rfi: "rfi_score",
  php: "php_injection_score",
  protocol: "http_violation_score",
  session: "session_fixation_score",
};

/** What runs when a section names no rules. */
const defaultLines = [
  "Include @recommended-conf",
  "SecRuleEngine On",
  "Include @meshwarden/*.conf",
];

/** Ids of the actions; the ruleset's own range has them free. */
const firstId = 1_109_900;

interface Section {
  directivesMap?: Record<string, string | string[]>;
  directives_map?: Record<string, string | string[]>;
  rules?: string | string[];
}

/** A section whose profiles log their scores. */
export function withScores(section: Section): Section {
  const added = (lines: string | string[]): string[] => [lines, scoreLines()].flat();
  const map = section.directivesMap ?? section.directives_map;
  const { rules } = section;
  if (map !== undefined) {
    const rest = { ...section };
    delete rest.directives_map;
    const directivesMap = Object.fromEntries(
      Object.entries(map).map(([name, lines]) => [name, added(lines)]),
    );
    return { ...rest, directivesMap, ...(rules === undefined ? {} : { rules: added(rules) }) };
  }
  return { ...section, rules: added(rules ?? defaultLines) };
}

function scoreLines(): string[] {
  return Object.values(scores).map(
    (name, index) =>
      `SecRule &TX:${name} "@gt 0" "id:${firstId + index},phase:5,pass,log,noauditlog,t:none,msg:'%{tx.${name}}'"`,
  );
}

/** The score that a match of one of those lines tells of; undefined for any other match. */
export function readScore(match: {
  id: number;
  message: string;
}): [name: string, value: number] | undefined {
  const name = Object.keys(scores)[match.id - firstId];
  return name === undefined ? undefined : [name, Number(match.message)];
}
