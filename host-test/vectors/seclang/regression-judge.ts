// Plays a case of the regression files and judges what can be judged. "Target value: V (Variable: N)" of a debug log becomes
// rules of our own in front of the case's: the same targets and transformations, asked for V, and the matched names for N.
import type { Host } from "../../host/index.ts";
import type { RegressionCase } from "./regression-cases.ts";

export type Verdict =
  | { outcome: "met" }
  | { outcome: "missed"; because: string }
  /** Nothing that could be judged, or the sandbox refuses what the case is about. */
  | { outcome: "apart"; because: string };

const probeIds = 7_000_000;
/** What the suite's own runner leaves as it is: without a word of theirs, bodies are read. */
const usual = [
  "SecRequestBodyAccess On",
  "SecResponseBodyAccess On",
  "SecResponseBodyMimeType text/plain text/html text/xml",
];
const targetValue = /Target value: \\?"(.*?)\\?"(?:\.|$| ?\\?[(.]Variable: ([^)\\.]+))/;

export function judgeCase(host: Host, one: RegressionCase, files: Record<string, string>): Verdict {
  const { expected } = one;
  const value = targetValue.exec(expected.debug_log ?? "");
  if (value?.[2]?.startsWith("RULE"))
    return { outcome: "apart", because: "asks for the rule itself, and ours is another" };
  const probes = value === null ? [] : probesOf(one.rules, value[1], value[2]);
  const rules = [...one.rules];
  for (const { at, lines } of probes.toReversed()) rules.splice(at, 0, ...lines);
  const waf = { rules: [...usual, ...rules], files, logMatchedData: true };
  const config = JSON.stringify({ version: 1, holdHeaders: true, waf });
  const result = host.updateConfig("waf", config);
  const said = result.logs.map(({ message }) => message).join("\n");
  host.drain();
  if (expected.parser_error !== undefined && expected.parser_error !== "")
    return result.ok ? missed("the rules were taken") : { outcome: "met" };
  if (!result.ok) return { outcome: "apart", because: `refused: ${said.slice(0, 200)}` };
  const { http_code: status, error_log: errorLog } = expected;
  const ids = [...(errorLog ?? "").matchAll(/id "(\d+)/g)].map(([, id]) => Number(id));
  const messages = [...(errorLog ?? "").matchAll(/msg "([^"]*)"/g)].map(([, text]) => text);
  if (status === undefined && value === null && ids.length === 0 && messages.length === 0)
    return { outcome: "apart", because: "expects words of ModSecurity's own logs" };
  const exchange = send(host, one);
  const log = exchange.logs.map(({ message }) => message).join("\n");
  if (status !== undefined && exchange.status !== status)
    return missed(`answered ${exchange.status} for ${status}`);
  for (const id of ids) if (!log.includes(`[id "${id}"]`)) return missed(`no line of rule ${id}`);
  for (const text of messages)
    if (!log.includes(`[msg "${text}`)) return missed(`no message ${text}`);
  if (value !== null && !/\[id "7\d{6}"\]/.test(log)) return missed(`no value ${value[0]}`);
  return { outcome: "met" };
}

const missed = (because: string): Verdict => ({ outcome: "missed", because });

function send(host: Host, one: RegressionCase): ReturnType<Host["requestSync"]> {
  const authority = one.headers.find(([name]) => name === "host")?.[1] ?? "localhost";
  const hasBody = one.body.length > 0;
  return host.requestSync({
    method: one.method,
    path: one.uri.startsWith("/") ? one.uri : `/${one.uri}`,
    authority,
    source: one.source,
    destination: one.destination,
    // Envoy's router wants it; the host adds nothing by itself here.
    headers: [...one.headers.filter(([name]) => name !== "host"), ["x-forwarded-proto", "http"]],
    ...(hasBody ? { body: [one.body] } : {}),
    upstream: {
      status: 200,
      headers: one.response.headers.filter(([name]) => name !== "content-length"),
      body: one.response.body,
    },
  });
}

interface Link {
  targets: string;
  actions: string;
}

/** Rules to put before the rule at a place: one for each of its links, asked for the value there. */
function probesOf(
  rules: string[],
  value: string,
  name: string | undefined,
): { at: number; lines: string[] }[] {
  const probes: { at: number; lines: string[] }[] = [];
  let head = -1;
  let chain: string[] = [];
  let id = probeIds;
  rules.forEach((rule, at) => {
    const link = parse(rule);
    if (link === undefined) return;
    if (head < 0) head = at;
    const phase = /phase:'?(\w+)/.exec(parse(rules[head])!.actions)?.[1] ?? "2";
    const kept = link.actions.split(",").filter((action) => /^\s*t:/.test(action));
    const first = chain.length === 0 ? [`id:${id++}`, `phase:${phase}`, "pass", "log"] : [];
    const ask = (actions: string[], more: boolean): string =>
      `SecRule ${link.targets} "@rx (?i)^(?:${value})$" "${[...actions, ...kept, ...(more ? ["chain"] : [])].join(",")}"`;
    // Every copy of the chain so far is a rule of its own.
    const links = chain.map((text, place) =>
      place === 0 ? text.replace(/id:'?\d+'?/, `id:${id++}`) : text,
    );
    const lines = [...links, ask(first, name !== undefined)];
    if (name !== undefined) lines.push(`SecRule MATCHED_VARS_NAMES "@rx (?i)^(?:${name})" ""`);
    probes.push({ at: head, lines });
    if (!/(^|,)\s*chain\s*(,|$)/.test(link.actions)) {
      head = -1;
      chain = [];
      return;
    }
    chain = [...chain, rule.replace(/\b(deny|block|drop)\b/, "pass")];
  });
  return probes;
}

function parse(rule: string): Link | undefined {
  const found =
    /^\s*SecRule\s+("(?:[^"\\]|\\.)*"|\S+)\s+"(?:[^"\\]|\\.)*"\s*(?:"((?:[^"\\]|\\.)*)")?/is.exec(
      rule,
    );
  return found === null ? undefined : { targets: found[1], actions: found[2] ?? "" };
}
