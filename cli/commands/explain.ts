// `meshwarden explain RULE_ID`: what a rule looks at, what it asks, and what happens when it matches. `explain regex` stands below it.
import type { Command } from "commander";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { ownFiles, ruleFiles } from "../waf/rule-files.ts";
import {
  actionOf,
  actionsOf,
  readRuleTexts,
  type RuleLink,
  type RuleText,
} from "../waf/rule-text.ts";
import { addExplainRegex } from "./explain-regex.ts";

/** Adds `explain` to the program. */
export function addExplain(program: Command, context: Context): void {
  const command = program
    .command("explain")
    .summary("say what a firewall rule, or a pattern, does")
    .description(
      "Finds a rule by its id in a folder of rules and says what it looks at, what it asks and what follows.",
    )
    .argument("<id>", "id of the rule, for example 942100")
    .option(
      "--rules <path>",
      "a Core Rule Set release, or a folder of .conf files (default: the rule set of this package)",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden explain 1105000\n  meshwarden explain 942100 --rules crs/",
    )
    .action((id: string, options: { rules?: string }) =>
      context.run(() => Promise.resolve(explain(id, options.rules, context))),
    );
  addExplainRegex(command, context);
}

function explain(id: string, source: string | undefined, { terminal, json }: Context): ExitCode {
  const rules = readRuleTexts(source === undefined ? ownFiles() : ruleFiles(source));
  const rule = rules.find((one) => one.id === Number(id));
  if (rule === undefined) {
    throw new UserError(
      `no rule has the id ${id} in ${source ?? "the rule set of this package"}`,
      source === undefined
        ? "add --rules with the folder or archive of a Core Rule Set release"
        : `${rules.length} rules were read; check the id and the folder`,
    );
  }
  terminal.out(json ? `${JSON.stringify(rule, null, 2)}\n` : `${explanation(rule).join("\n")}\n`);
  return exitCodes.ok;
}

/** The explanation, line by line. */
function explanation(rule: RuleText): string[] {
  const tags = actionsOf(rule, "tag");
  const level = tags
    .find((tag) => tag.startsWith("paranoia-level/"))
    ?.slice("paranoia-level/".length);
  const lines = [
    `${rule.id}  ${actionOf(rule, "msg") ?? "(no message)"}`,
    `  ${rule.file}:${rule.line}`,
    `  phase ${actionOf(rule, "phase") ?? "2"}, severity ${(actionOf(rule, "severity") ?? "none").toLowerCase()}` +
      (level === undefined ? "" : `, paranoia level ${level}`),
  ];
  rule.links.forEach((link, index) =>
    lines.push(...linkLines(link, index === 0 ? "looks at" : "and then")),
  );
  const disruption = ["deny", "block", "drop", "redirect", "allow", "pass"].find(
    (name) => actionOf(rule, name) !== undefined,
  );
  lines.push(`  then       ${consequence(disruption, actionOf(rule, "status"))}`);
  for (const value of rule.links.flatMap(({ actions }) =>
    actions.filter(([name]) => name === "setvar"),
  )) {
    lines.push(`  sets       ${value[1]}`);
  }
  return lines;
}

function linkLines({ targets, operator, actions }: RuleLink, verb: string): string[] {
  if (targets === "") return ["  looks at   nothing: runs on every request"];
  const changes = actions
    .filter(([name, value]) => name === "t" && value !== "none")
    .map(([, value]) => value);
  const [first, ...rest] =
    operator.startsWith("@") || operator.startsWith("!@") ? operator.split(" ") : ["@rx", operator];
  const argument = rest.join(" ");
  const shown =
    argument.length > 400 ? `${argument.slice(0, 400)}… (${argument.length} bytes)` : argument;
  return [
    `  ${verb.padEnd(11)}${targets.split("|").join(", ")}`,
    ...(changes.length > 0 ? [`  changed by ${changes.join(", ")}`] : []),
    `  asks       ${first} ${shown}`.trimEnd(),
  ];
}

function consequence(disruption: string | undefined, status: string | undefined): string {
  switch (disruption) {
    case "deny":
      return `denies the request with ${status ?? "403"}`;
    case "block":
      return "does what SecDefaultAction of its phase says (in the Core Rule Set: adds to the anomaly score)";
    case "pass":
      return "goes on";
    case undefined:
      return "does what SecDefaultAction of its phase says";
  }
  return disruption;
}
