// Writes the tables of docs/filters/<name>.md: the statuses from the stage's status.ts, the fields from its JSON Schema.
// Only what stands between `<!-- table: ... -->` and `<!-- end -->` is written; the words around it are ours.

/** A table that a page can hold: its name in the marker, and its lines. */
export type Tables = Record<string, () => string[]>;

/**
 * The page with every marked table written anew.
 * @throws Error when a marker names no table, or has no end
 */
export function withTables(page: string, tables: Tables): string {
  const parts = page.split(/(<!-- table: [\w. -]+ -->\n)/);
  let text = parts[0];
  for (let i = 1; i < parts.length; i += 2) {
    const name = /table: ([\w. -]+) -->/.exec(parts[i])![1];
    const end = parts[i + 1].indexOf("<!-- end -->");
    if (tables[name] === undefined) throw new Error(`there is no table "${name}"`);
    if (end < 0) throw new Error(`the table "${name}" has no end`);
    text += `${parts[i]}\n${aligned(tables[name]())}\n\n${parts[i + 1].slice(end)}`;
  }
  return text;
}

/** Rows of cells as prettier aligns them. */
function aligned(rows: string[]): string {
  const cells = rows.map((row) => row.split("\t"));
  const widths = cells[0].map((_, i) => Math.max(3, ...cells.map((row) => row[i].length)));
  const line = (row: string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join("\n");
}

/** Statuses out of the table text of a status.ts: lines of `name | http | grpc | mode | text`. */
export function statusRows(stage: string, source: string): string[] {
  const rows = source
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter((cells) => cells.length === 5 && /^\d+$/.test(cells[1]))
    .map(([name, http, grpc, mode, text]) => [`\`${stage}.${name}\``, http, grpc, mode, text]);
  return [["code", "HTTP", "gRPC", "by default", "text"], ...rows].map((row) => row.join("\t"));
}

/** What the tables read of a JSON Schema. */
export interface FieldSchema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  items?: FieldSchema;
  anyOf?: FieldSchema[];
  $ref?: string;
  properties?: Record<string, FieldSchema>;
}

/** Fields of an object schema, those of its objects below them, `skip` left out. */
export function fieldRows(schema: FieldSchema, prefix: string, skip: string[]): string[] {
  return [["field", "values", "default", "meaning"].join("\t"), ...fields(schema, prefix, skip)];
}

function fields(schema: FieldSchema, prefix: string, skip: string[]): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    if (skip.includes(path)) return [];
    if (field.properties !== undefined) return fields(field, path, skip);
    const value = field.default === undefined ? "" : `\`${JSON.stringify(field.default)}\``;
    return [[`\`${path}\``, values(field), value, field.description ?? ""].join("\t")];
  });
}

function values(field: FieldSchema): string {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((item) => `\`${String(item)}\``).join(", ");
  if (field.anyOf !== undefined) return `size, ${range(field.anyOf[0])}`;
  if (field.items !== undefined) return `list of ${itemName(field.items)}`;
  if (field.$ref !== undefined) return field.$ref.split("/").at(-1)!;
  if (field.type === "integer") return `integer, ${range(field)}`;
  return field.type === "boolean" ? "`true`, `false`" : (field.type ?? "");
}

function itemName(item: FieldSchema): string {
  if (item.$ref !== undefined) return item.$ref.split("/").at(-1)!;
  return item.type === undefined || item.type === "string" ? "text" : item.type;
}

function range(field: FieldSchema): string {
  return `${field.minimum} to ${field.maximum}`;
}
