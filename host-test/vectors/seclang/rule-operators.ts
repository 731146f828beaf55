// Operators that the firewall itself answers (comparisons, patterns, phrases): each case as a rule over an argument of a form.
import type { Host } from "../../host/index.ts";
import type { UnitCase } from "./unit-cases.ts";

/** Whether a case is met; or why the filter refuses its operator. */
export function judgeInRule(
  host: Host,
  cases: UnitCase[],
  files: Record<string, string>,
): Map<string, boolean | string> {
  const verdicts = new Map<string, boolean | string>();
  const groups = new Map<string, UnitCase[]>();
  for (const one of cases) {
    const key = `${one.name} ${one.param}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  for (const [key, group] of groups) {
    // A rule is one line.
    const operator = key.replaceAll('"', '\\"').replaceAll("\n", "\\n");
    const rules = [
      "SecRuleEngine On",
      "SecRequestBodyAccess On",
      `SecRule ARGS_POST "@${operator}" "id:1,phase:2,deny"`,
    ];
    const result = host.updateConfig("waf", JSON.stringify({ version: 1, waf: { rules, files } }));
    host.drain();
    const refusal = result.ok ? undefined : result.logs.map(({ message }) => message).join(" ");
    for (const { id, input, ret } of group) {
      const { status } = refusal === undefined ? ask(host, input) : { status: 0 };
      verdicts.set(id, refusal ?? status === (ret === 1 ? 403 : 200));
    }
  }
  return verdicts;
}

function ask(host: Host, value: Buffer): ReturnType<Host["requestSync"]> {
  const escaped = [...value].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  return host.requestSync({
    method: "POST",
    path: "/",
    headers: [
      ["content-type", "application/x-www-form-urlencoded"],
      ["x-forwarded-proto", "http"],
    ],
    body: `a=${escaped}`,
  });
}
