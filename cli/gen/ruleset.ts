// Writes assembly/ruleset/texts.gen.ts: the .conf files of that room as bytes, so that a module holds them (a string literal would
// take two bytes for each). Comments are left out and continued lines joined, since all of it becomes data of the module.

/** One file of the room: its name, and its text as it is written. */
export interface RuleFileSource {
  name: string;
  text: string;
}

/** The source of texts.gen.ts. */
export function rulesetSource(files: RuleFileSource[]): string {
  const parts = files.map(({ name, text }) => {
    const lines = compact(text).split("\n");
    const rows = lines.map((line, at) => bytesOf(at < lines.length - 1 ? `${line}\n` : line));
    const size = Buffer.byteLength(lines.join("\n"));
    const constant = constantOf(name);
    return `/** ${name} */\nexport const ${constant}: usize = memory.data<u8>([\n${rows.join("")}]);\nexport const ${constant}_BYTES: u32 = ${size};\n`;
  });
  const head =
    "// Made from the .conf files of this room by `npm run gen`: the bytes of their directives without comments, one a line. Do not edit.\n";
  return [head, ...parts].join("\n");
}

function bytesOf(line: string): string {
  return `  ${[...Buffer.from(line)].join(", ")},\n`;
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
