// What ModSecurity's debug and error log are expected to say, as questions that rules and log lines of ours can answer. Words
// that stand for nothing but themselves ask nothing.
import type { RegressionCase } from "./regression-cases.ts";
import { parse, type ValueQuestion } from "./value-probes.ts";

export interface Question {
  values?: ValueQuestion[];
  /** Rules that must have a line, must have none, or must be left out. */
  logged?: number[];
  quiet?: number[];
  skipped?: number[];
  /** Of the logged ones: whatever they are asked, they say yes. */
  always?: number[];
  /** Log lines. */
  lines?: RegExp[];
  /** Rules in front of and behind the case's own, each of which must have a line. */
  first?: string[];
  rules?: string[];
  /** What a rule that asks for itself must find. */
  ofRule?: string;
  /** An argument more in the query. */
  argument?: string;
}

const quoted = /Target value: \\?"(.*?)\\?"(?:\.? ?$| ?\\?[(.] ?Variable\\?: ?([^()\\.]+))/;

/** Words of errors, and the rule that sees them. */
const errors: [RegExp, string][] = [
  [
    /Final boundary missing|Part missing Content-D|Invalid Content-D|missing name field|nvalid part header|Failed parsing document/,
    // One is as good as the other: the recommended rules of every engine deny both.
    'REQBODY_PROCESSOR_ERROR|MULTIPART_STRICT_ERROR "@eq 1"',
  ],
  [/boundary whitespace in C-T/, 'MULTIPART_BOUNDARY_WHITESPACE "@eq 1"'],
  [/Warning: boundary was quoted/, 'MULTIPART_BOUNDARY_QUOTED "@eq 1"'],
  [/seen data before first boundary/, 'MULTIPART_DATA_BEFORE "@eq 1"'],
  [/incorrect line endings used .*LF/, 'MULTIPART_LF_LINE "@eq 1"'],
  [/no filename= but filename\*/, 'MULTIPART_STRICT_ERROR "@eq 1"'],
  [/Registered XML namespace/, 'REQBODY_PROCESSOR "@streq XML"'],
  [/Multipart: Boundary: -/, 'REQBODY_PROCESSOR "@streq MULTIPART"'],
  [
    /disabled to this transaction|not marked to be inspected/,
    '&REQUEST_BODY|&RESPONSE_BODY "@eq 0"',
  ],
];

export function readWords(one: RegressionCase): Question {
  const debug = one.expected.debug_log ?? "";
  const error = one.expected.error_log ?? "";
  const question: Question = {};
  const add = <K extends keyof Question>(
    key: K,
    ...items: NonNullable<Question[K]> extends (infer I)[] ? I[] : never
  ): void => {
    (question[key] as unknown[] | undefined) = [...((question[key] as unknown[]) ?? []), ...items];
  };
  let next = 7_900_000;
  const ask = (targets: string, operator: string, phase = 5): void => {
    const place = /^(?:ARGS|FILES)/.test(targets) ? "first" : "rules";
    add(
      place,
      `SecRule ${targets} "${operator}" "id:${next},phase:${phase},pass,log${place === "first" ? ",t:removeWhitespace" : ""}"`,
    );
    add("logged", next++);
  };
  const ids = one.rules.flatMap((rule) => /\bid:'?(\d+)/.exec(rule)?.[1] ?? []).map(Number);
  const found = <T>(pattern: RegExp, use: (...groups: string[]) => T): boolean => {
    const all = [...debug.matchAll(pattern)];
    for (const match of all) use(...match.slice(1));
    return all.length > 0;
  };

  // Errors and values of parsers.
  for (const [words, rule] of errors) {
    if (!words.test(debug)) continue;
    add("rules", `SecRule ${rule} "id:${next},phase:5,pass,log"`);
    add("logged", next++);
  }
  found(/Adding request argument .*?name "(\w+)", value "([^"]*)"/g, (name, value) =>
    ask(`ARGS_POST:${name}`, `@streq ${value}`, 2),
  );
  found(/^name: (\w+)\.\*variable: (\w+)/g, (name, value) =>
    ask(`ARGS_POST:${name}`, `@streq ${value}`, 2),
  );
  found(
    /Added file part .*?name "(\w+)" file name "([^"]+)" .*length (\d+)/g,
    (name, file, size) => {
      ask(`FILES:${name}`, `@streq ${file}`, 2);
      ask(`FILES_SIZES:${name}`, `@eq ${size}`, 2);
    },
  );
  // What was written.
  found(
    /(?:Saving variable:|Setting environment variable:) (?:(\w+):)?(\w+) (?:with value:|to) (.*)$/g,
    (place, name, value) => ask(`${place ?? "ENV"}:${name}`, `@beginsWith ${value}`),
  );
  found(/RESOURCE:whee::webappid::(\w+)/g, (name) => ask(`&RESOURCE:${name}`, "@eq 1"));
  found(/Added \w+(?: subexpression| match) TX\\?\.(\d): ([^[]+)/g, (index, value) => {
    // An injection is known by a fingerprint there.
    if (debug.includes("DetectSQLi")) return add("logged", ids[0]!);
    ask(`TX:${index}`, `@rx ^(?:${value})`, Number(/phase:(\d)/.exec(one.rules.join())?.[1] ?? 2));
  });
  // Values.
  const value = quoted.exec(debug);
  const itself = /Target value: \\?["\.](.*?)\\?["\.] .*RULE:/.exec(debug);
  if (itself !== null) {
    question.ofRule = itself[1]!;
    add("lines", asksItself(one));
  } else if (value !== null)
    add("values", { value: value[1]!, ...(value[2] && { name: stored(value[2]) }) });
  else if (/Target value: \\?"([\w ]+)\.?$/.test(debug))
    add("values", { value: `${/Target value: \\?"([\w ]+)/.exec(debug)![1]}.*` });
  else if (/Variable: ([\w:-]+)/.test(debug))
    add("values", { value: ".*", name: /Variable: ([\w:-]+)/.exec(debug)![1]! });
  else if (/^.*" \\?\(Variable: /.test(debug)) {
    const [, end, name] = /^(.*)" \\?\(Variable: ([^)\\]+)/.exec(debug)!;
    add("values", { value: `.*${end}`, name: name! });
  } else if (/^--|^key2=/.test(debug))
    add("values", { value: `${debug.replaceAll("\\x0a", "\\n")}.*` });
  const behind = /\bt:(\w+):(?: \\?"(.*?)("|$))?|^(\w+): "(.*)$/.exec(debug);
  if (behind !== null && value === null) {
    const [, name, text, end, other, rest] = behind;
    const wanted =
      name === undefined
        ? `${rest!.replace(/"$/, "")}${rest!.endsWith('"') ? "" : ".*"}`
        : text === undefined
          ? ".*"
          : `${text}${end === '"' ? "" : ".*"}`;
    add("values", { value: wanted, behind: (name ?? other)!.toLowerCase() });
  }
  if (/^ARGS:\w+$/.test(debug)) add("values", { value: ".*", name: debug });
  if (/^ra+2t/.test(debug)) add("values", { value: `.*${debug}.*` });
  // Rules that ran or did not.
  found(/(?:Rule id: |Skipped rule id \\?')(\d+)/g, (id) => add("skipped", Number(id)));
  const returned = /(?:\(Rule: (\d+)\\?\).*)?Rule returned ([01])/.exec(debug);
  if (returned !== null && question.values === undefined) {
    const meant = returned[1] === undefined ? ids : [Number(returned[1])];
    // Some rule returned that; which one is not said.
    if (returned[2] === "0") add("quiet", ...meant);
    else add("logged", meant.at(-1)!);
  }
  const ran = /^Rule: (\d+)/.exec(debug);
  if (ran !== null) {
    add("logged", Number(ran[1]));
    add("always", Number(ran[1]));
  }
  const operator = /Executing operator "?(\w+)(?:"? with param "?([\w.]+)")?/.exec(debug);
  if (operator !== null && ran === null) executed(one, operator[2], question, add);
  if (debug.includes("unconditional rule")) add("lines", /\[id "0"\]/);
  // Lines.
  found(/Saving msg: (.*)$/g, (text) => add("lines", new RegExp(`\\[msg "${escaped(text)}`)));
  found(/Rule tag: (.*)$/g, (text) => add("lines", new RegExp(`\\[tag "${text}"`)));
  if (debug.startsWith("/test; ")) add("lines", new RegExp(`\\[msg "${debug}`));
  for (const [, id] of error.matchAll(/id "(\d+)/g)) add("logged", Number(id));
  for (const [, text] of error.matchAll(/msg "([^"]*)"/g))
    add("lines", new RegExp(`\\[msg "${text}`));
  for (const [, line] of error.matchAll(/line "(\d+)"/g))
    add("lines", new RegExp(`\\[line "${line}"\\]`));
  // A rule has one line, which shows its last match; where a value stands on the wire is Envoy's to know.
  for (const [, from, length] of [...error.matchAll(/(?:o|^)(\d+),(\d+)v/g)].slice(-1))
    add("lines", new RegExp(`\\[span "${from}-${Number(from) + Number(length)} of`));
  if (/^v\d/.test(error)) add("logged", ids[0]!);
  return question;
}

/** The case's own rule asks for the rule itself: its line is the answer. */
function asksItself(one: RegressionCase): RegExp {
  return new RegExp(`\\[id "${/\bid:'?(\d+)/.exec(one.rules.join())?.[1]}"\\]`);
}

/** ModSecurity names what a collection stores by its key too. */
const stored = (name: string): string => name.replace(/^(\w+):\w+::\w*::/, "$1:");

const escaped = (text: string): string => text.replace(/[/()*+?|[\]{}]/g, "\\$&").replace(/%$/, "");

function executed(
  one: RegressionCase,
  parameter: string | undefined,
  question: Question,
  add: (key: "logged" | "always", id: number) => void,
): void {
  const own = one.rules.find(
    (rule) => parse(rule) !== undefined && (parameter === undefined || rule.includes(parameter)),
  );
  const id = Number(/\bid:'?(\d+)/.exec(own ?? "")?.[1] ?? 0);
  if (id > 0) {
    add("logged", id);
    add("always", id);
    return;
  }
  // In a file that the case includes.
  question.argument = parameter ?? "";
  const included: Record<string, number> = { config_example: 101, config_example2: 40 };
  add("logged", included[parameter ?? ""] ?? 0);
}
