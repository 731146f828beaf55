// Writes assembly/ruleset/texts.ts: the .conf files of that room as literals, so that a module holds them. Comments are left out
// and continued lines joined, since all of it becomes data of the module.

/** One file of the room: its name, and its text as it is written. */
export interface RuleFileSource {
  name: string;
  text: string;
}

/** The source of texts.ts. */
export function rulesetSource(files: RuleFileSource[]): string {
  const parts = files.map(
    ({ name, text }) =>
      `/** ${name} */\nexport const ${constantOf(name)}: string = \`${escaped(compact(text))}\`;\n`,
  );
  const head =
    "// Made from the .conf files of this room by `npm run gen`: their directives without comments, one a line. Do not edit.\n";
  return [head, ...parts].join("\n");
}

/** `10-protocol.conf` as `PROTOCOL`. */
function constantOf(name: string): string {
  return name.replace(/^\d+-|\.conf$/g, "").toUpperCase();
}

function compact(text: string): string {
  return text
    .replace(/^\s*#.*\n/gm, "")
    .replace(/\\\n\s*/g, "")
    .replace(/\n{2,}/g, "\n")
    .trim();
}

function escaped(text: string): string {
  return text.replace(/[\\`]|\$\{/g, "\\$&");
}
