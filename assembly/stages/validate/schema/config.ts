// Reads `validate.schema` of the configuration document: schemas by name, and rules that say which body meets which schema. All faults
// are reported at once, each at its JSON pointer, also those inside of schemas.
import { ByteBuffer } from "../../../base/byte-buffer";
import { appendJson } from "../../../config/json-text";
import { nodeAt } from "../../../config/node";
import { ConfigValue } from "../../../config/value";
import { Dialect } from "../../../schema/dialect";
import { SchemaCompiler } from "../../../schema/load/compiler";
import { Documents } from "../../../schema/load/documents";
import { Resource, SchemaNode } from "../../../schema/node";
import { Judge } from "../../judge";
import { entriesOf, tokens } from "../../lists";
import { readModes } from "../../modes";
import { StatusRow, StatusTable } from "../../status-table";
import { Mode } from "../../verdict";
import { globs, mediaPatterns } from "../patterns";
import { SchemaRule } from "./rule";

const MAX_RULES: i32 = 64;
const MAX_SCHEMAS: i32 = 512;

@final
export class SchemaConfig {
  readonly rules: SchemaRule[] = [];
  /** What the rules' schemas were compiled by; null: there is no such section. */
  compiler: SchemaCompiler | null = null;
  maxBytes: u32 = 262144;
  maxValues: u32 = 16384;
  /** Some rule looks at responses. */
  looksAtResponses: bool = false;
}

/** Reads the section, its schemas and its rules. */
@final
export class SchemaReader {
  private compiler: SchemaCompiler;
  private dialect: Dialect = Dialect.Draft202012;
  private names: string[] = [];
  /** Where each document came from, for its faults. */
  private sources: ConfigValue[] = [];
  private roots: Resource[] = [];

  constructor(
    private section: ConfigValue,
    private config: SchemaConfig,
    private table: StatusTable,
    seed: u64,
  ) {
    const formats = section.get("formats").bool(true);
    this.compiler = new SchemaCompiler(new Documents(), seed, formats);
  }

  /** False when there is no such section. */
  read(judge: Judge): bool {
    const section = this.section;
    const config = this.config;
    readModes(section, judge, this.table);
    config.maxBytes = <u32>section.get("maxBytes").sizeBytes(config.maxBytes, 1, 67108864);
    config.maxValues = <u32>section.get("maxValues").integer(config.maxValues, 16, 262144);
    const dialect = section.get("dialect").choice(["2020-12", "draft-07"], 0);
    this.dialect = dialect == 0 ? Dialect.Draft202012 : Dialect.Draft7;
    this.readSchemas(section.get("schemas"));
    const rules = entriesOf(section.get("rules"), 1, MAX_RULES);
    if (section.isObject) section.get("rules").required("add a rule with paths and a schema");
    for (let i = 0; i < rules.length && i < MAX_RULES; i++) this.readRule(rules[i], i);
    this.compiler.finish();
    this.reportFaults();
    config.compiler = this.compiler;
    this.copyStatuses(judge);
    return section.isPresent;
  }

  /** All named schemas are there before any is compiled: they may refer to each other. */
  private readSchemas(section: ConfigValue): void {
    if (!section.isPresent) return;
    const schemas = section.sized(1, MAX_SCHEMAS).members();
    for (let i = 0; i < schemas.length && i < MAX_SCHEMAS; i++) {
      const name = schemas[i].name;
      if (!isSchemaName(name)) {
        schemas[i].opaque();
        schemas[i].fail("is no name for a schema", "use letters, digits, - and _");
        continue;
      }
      this.names.push(name);
      this.add(name, schemas[i]);
    }
  }

  private add(name: string, value: ConfigValue): Resource | null {
    const node = value.opaque();
    if (node == 0) return null;
    const text = new ByteBuffer();
    appendJson(text, nodeAt(node));
    const documents = this.compiler.documents;
    const root = documents.add(`schema:/${name}`, text.ptr, text.length, this.dialect);
    text.dispose();
    if (root === null) {
      value.fail(documents.fault, "split the schema");
      return null;
    }
    this.sources.push(value);
    this.roots.push(root);
    return root;
  }

  private readRule(entry: ConfigValue, place: i32): void {
    const rule = new SchemaRule();
    rule.paths = globs(entry.get("paths"));
    const methods = entry.get("methods");
    const names = tokens(methods, false, 'write a method such as "POST"');
    if (methods.isPresent) rule.methods = names;
    rule.types = mediaPatterns(entry.get("contentTypes"));
    rule.request = this.schemaOf(entry.get("request"), `rule-${place}-request`);
    rule.response = this.schemaOf(entry.get("response"), `rule-${place}-response`);
    const statuses = entriesOf(entry.get("statuses"), 1, 64);
    if (entry.get("statuses").isPresent) {
      const list: u32[] = [];
      for (let i = 0; i < statuses.length; i++)
        list.push(<u32>statuses[i].required().integer(200, 100, 599));
      rule.statuses = list;
    }
    const mode = entry.get("mode").choice(["shadow", "tag", "enforce"], 2);
    const name = entry.get("name");
    const hasName = name.isText(1, 40) && isSchemaName(name.string(""));
    if (name.isString && !hasName) name.fail("is no name", "use letters, digits, - and _");
    if (entry.isObject && !entry.get("request").isPresent && !entry.get("response").isPresent) {
      entry.fail("judges nothing", 'add "request" or "response" with a schema');
    }
    if (rule.response !== null) this.config.looksAtResponses = true;
    rule.firstStatus = this.table.rows.length;
    this.addRows(place, <Mode>(<i32>Mode.Shadow + mode), hasName ? name.string("") : "");
    this.config.rules.push(rule);
  }

  /** A copy of the statuses for a rule; `most` is the strongest mode that they can have. */
  private addRows(rule: i32, most: Mode, policy: string): void {
    const rows = this.table.rows;
    const count = this.ownRows();
    for (let i = 0; i < count; i++) {
      const row = rows[i];
      const copy = new StatusRow(row.name, row.httpStatus, row.grpcStatus, most, row.text, policy);
      copy.rule = rule;
      rows.push(copy);
    }
  }

  private ownRows(): i32 {
    const rows = this.table.rows;
    let count = 0;
    while (count < rows.length && rows[count].rule < 0) count++;
    return count;
  }

  /** The modes of the section, weakened by each rule's own. */
  private copyStatuses(judge: Judge): void {
    const count = this.ownRows();
    const modes: Mode[] = [];
    for (let i = 0; i < count; i++) modes.push(judge.mode(i));
    judge.learn(this.table);
    for (let i = 0; i < this.table.rows.length; i++) {
      const own = modes[i % count];
      const most = i < count ? Mode.Enforce : this.table.rows[i].defaultMode;
      judge.setMode(i, <i32>own < <i32>most ? own : most);
    }
  }

  /** A schema by name, or one that stands in its place. */
  private schemaOf(value: ConfigValue, uri: string): SchemaNode | null {
    if (!value.isPresent) return null;
    if (!value.isString) {
      const root = this.add(uri, value);
      return root === null ? null : this.compiler.node(root.row, root);
    }
    const name = value.string("");
    if (this.names.includes(name)) {
      const root = this.compiler.documents.resource(`schema:/${name}`);
      if (root !== null) return this.compiler.node(root.row, root);
      return null;
    }
    const known = this.names.length == 0 ? "none" : this.names.slice(0, 12).join(", ");
    value.fail("names no schema", `known under "schemas": ${known}`);
    return null;
  }

  private reportFaults(): void {
    const faults = this.compiler.faults;
    for (let i = 0; i < faults.length; i++) {
      const fault = faults[i];
      for (let k = 0; k < this.sources.length; k++) {
        if (!this.roots[k].holds(fault.row)) continue;
        this.sources[k].failBelow(fault.pointer, fault.message, fault.mend);
        break;
      }
    }
  }
}

function isSchemaName(text: string): bool {
  if (text.length == 0 || text.length > 64) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (<u32>((unit | 0x20) - 0x61) < 26 || <u32>(unit - 0x30) < 10) continue;
    if (unit != 0x2d && unit != 0x5f) return false;
  }
  return true;
}
