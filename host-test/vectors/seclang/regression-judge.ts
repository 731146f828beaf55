// Plays a case of the regression files and judges it. What ModSecurity's logs would say is asked for by what rules can see: a
// value that its debug log names by rules put beside the case's own (`value-probes.ts`), a rule that ran or was left out by its
// line, a message by the line that holds it, an error of a parser by the variable that it sets (`log-words.ts`).
import type { Host } from "../../host/index.ts";
import { readWords, type Question } from "./log-words.ts";
import type { RegressionCase } from "./regression-cases.ts";
import { probesOf } from "./value-probes.ts";

export type Verdict =
  | { outcome: "met" }
  | { outcome: "missed"; because: string }
  /** The filter refuses the rules, or nothing of it could be judged. */
  | { outcome: "apart"; because: string };

/** What ModSecurity 3 starts from, where a case says nothing. */
const usual = [
  "SecRequestBodyAccess On",
  "SecRequestBodyLimitAction ProcessPartial",
  "SecResponseBodyAccess On",
  "SecResponseBodyMimeType text/plain text/html text/xml",
];
/** Ends the chain that some files leave open; it never matches, as an open chain does not in ModSecurity. */
const chainEnd = `SecRule REQUEST_METHOD "@noMatch" ""`;

export function judgeCase(host: Host, one: RegressionCase, files: Record<string, string>): Verdict {
  const { expected } = one;
  const parserError = (expected.parser_error ?? "") !== "";
  const question = parserError ? {} : readWords(one);
  const own = [...one.rules, ...(/\bchain\b[^\n]*$/.test(one.rules.at(-1)!) ? [chainEnd] : [])];
  const rules = parserError ? one.rules : asked(own, question);
  const audit = expected.audit_log ?? "";
  const said = load(host, rules, files, audit === "" ? "none" : "modsecurity");
  if (parserError) return said === undefined ? missed("the rules were taken") : { outcome: "met" };
  if (said !== undefined) return { outcome: "apart", because: `refused: ${said.slice(0, 200)}` };
  if (expected.http_code === undefined && audit === "" && Object.keys(question).length === 0)
    return { outcome: "apart", because: "expects words of ModSecurity's own logs" };
  const exchange = send(host, one, question.argument);
  if (expected.http_code !== undefined && exchange.status !== expected.http_code)
    return missed(`answered ${exchange.status} for ${expected.http_code}`);
  const log = exchange.logs.map(({ message }) => message).join("\n");
  const wrong = wrongIn(log, question) ?? wrongAudit(log, audit);
  if (wrong !== undefined) return missed(wrong);
  // A rule that was left out must be one that would have run.
  for (const id of question.skipped ?? []) {
    if (
      load(host, asked(withoutExclusions(own), { logged: [id], always: [id] }), files) !== undefined
    )
      continue;
    const control = send(host, one, question.argument).logs.map(({ message }) => message);
    if (!control.join("\n").includes(`[id "${id}"]`)) return missed(`rule ${id} never runs`);
  }
  return { outcome: "met" };
}

const missed = (because: string): Verdict => ({ outcome: "missed", because });

function wrongIn(log: string, question: Question): string | undefined {
  for (const id of question.logged ?? [])
    if (!log.includes(`[id "${id}"]`)) return `no line of rule ${id}`;
  for (const id of question.skipped ?? [])
    if (log.includes(`[id "${id}"]`)) return `rule ${id} ran`;
  const quiet = question.quiet ?? [-1];
  if (quiet.every((id) => log.includes(`[id "${id}"]`))) return `rule ${quiet.join()} matched`;
  // A percent sign behind a macro is text here, and swallowed by ModSecurity's parser.
  const bare = log.replaceAll("%", "");
  for (const text of question.lines ?? [])
    if (!text.test(log) && !text.test(bare)) return `no line with ${text.source}`;
  const asks = question.values ?? [];
  for (const [index, { value }] of asks.entries())
    if (!new RegExp(`\\[id "7${index}\\d{5}"\\]`).test(log)) return `no value ${value}`;
  return undefined;
}

/** An audit log that must be empty, or hold a rule's entry with its message. */
function wrongAudit(log: string, wanted: string): string | undefined {
  const audited = log.split("\n").filter((line) => line.includes('{"transaction"'));
  if (wanted === "") return undefined;
  if (wanted.includes("{0}")) return audited.length > 0 ? "audited" : undefined;
  const id = /id "(\d+)/.exec(wanted)?.[1];
  const text = /msg "([^"\\]*)/.exec(wanted)?.[1] ?? "";
  const found = audited.some(
    (line) => line.includes(text) && (id === undefined || line.includes(`[id "${id}`)),
  );
  return found ? undefined : "no entry in the audit log";
}

/** The rules, with those beside them that ask the question. */
function asked(rules: string[], question: Question): string[] {
  const ids = [...(question.logged ?? []), ...(question.skipped ?? []), ...(question.quiet ?? [])];
  const spans = question.lines?.some(({ source }) => source.includes("span")) ?? false;
  const changed = rules.map((rule) => {
    if (question.ofRule !== undefined && /^\s*SecRule rule\b/i.test(rule))
      return rule.replace(/"(?:[^"\\]|\\.)*"/, `"@rx ^(?:${question.ofRule})%?$"`);
    if (spans) return rule.replace(/\bid:/, "capture,id:");
    if (/^\s*SecAction (?!.*\bid:)/.test(rule)) return rule.replace(/\bnolog\b/, "log");
    const id = Number(/\bid:'?(\d+)/.exec(rule)?.[1]);
    if (!ids.includes(id)) return rule;
    const loud = rule.replace(/\bnolog\b/g, "log").replace(/\bid:/, "capture,id:");
    const isSkipped = question.skipped?.includes(id) ?? false;
    // Left out or not: whether it would match is not the question.
    return isSkipped || (question.always?.includes(id) ?? false) ? always(loud) : loud;
  });
  for (const [index, value] of (question.values ?? []).entries()) {
    const probes = probesOf(changed, value, 7_000_000 + index * 100_000);
    for (const { at, lines } of probes.toReversed()) changed.splice(at, 0, ...lines);
  }
  return [...(question.first ?? []), ...changed, ...(question.rules ?? [])];
}

/** The rule with an operator that always says yes, and nothing it would do but log. */
function always(rule: string): string {
  return rule
    .replace(
      /^(\s*SecRule\s+)("(?:[^"\\]|\\.)*"|\S+)\s+"(?:[^"\\]|\\.)*"/i,
      '$1REQUEST_METHOD "@unconditionalMatch"',
    )
    .replace(/\b(?:deny|block|drop)\b/g, "pass");
}

function withoutExclusions(rules: string[]): string[] {
  return rules
    .filter((rule) => !/^\s*SecRule(?:Remove|Update)/i.test(rule))
    .map((rule) =>
      rule.replace(/,?ctl:'?ruleRemove[^,"]*/gi, "").replace(/,?\bskip(?:After)?:\w+/g, ""),
    )
    .map((rule) => (/\ballow\b/.test(rule) ? rule.replace(/\ballow(?::\w+)?/, "pass") : rule))
    .map((rule) => rule.replace(/\b(?:deny|block|drop)\b/, "pass"));
}

/** Loads rules; what was said when they were refused. */
function load(
  host: Host,
  rules: string[],
  files: Record<string, string>,
  auditLog = "none",
): string | undefined {
  const hasTypes = rules.some((rule) => rule.startsWith("SecResponseBodyMimeType"));
  const first = hasTypes ? usual.filter((line) => !line.includes("MimeType")) : usual;
  const waf = { rules: [...first, ...rules], files, logMatchedData: true, auditLog };
  const result = host.updateConfig("waf", JSON.stringify({ version: 1, holdHeaders: true, waf }));
  host.drain();
  return result.ok ? undefined : result.logs.map(({ message }) => message).join("\n");
}

function send(host: Host, one: RegressionCase, argument = ""): ReturnType<Host["requestSync"]> {
  const authority = one.headers.find(([name]) => name === "host")?.[1] ?? "localhost";
  const target = one.uri.startsWith("/") ? one.uri : `/${one.uri}`;
  const more = argument === "" ? "" : `${target.includes("?") ? "&" : "?"}zz=${argument}`;
  return host.requestSync({
    method: one.method,
    path: target + more,
    authority,
    source: one.source,
    destination: one.destination,
    // Envoy's router wants it; the host adds nothing by itself here.
    headers: [...one.headers.filter(([name]) => name !== "host"), ["x-forwarded-proto", "http"]],
    ...(one.body.length > 0 ? { body: [one.body] } : {}),
    upstream: {
      status: 200,
      headers: one.response.headers.filter(([name]) => name !== "content-length"),
      body: one.response.body,
    },
  });
}
