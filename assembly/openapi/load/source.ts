// Rows of a description asked for what they should be: objects behind references, texts, flags. What is something else is a fault with
// its pointer, and reading goes on.
// Source: OpenAPI 3.0.4 §4.7.23, 3.1.1 §4.8.23 (Reference Object).
import { JsonEvent } from "../../json/event";
import { SchemaCompiler } from "../../schema/load/compiler";
import { References } from "../../schema/load/references";
import { member, textOf } from "../../schema/load/rows";
import { Resource } from "../../schema/node";
import { ROW, kindOf, nextOf } from "../../schema/tape";

/** References that may lead from one to the next. */
const MAX_HOPS: i32 = 32;

@final
export class Source {
  constructor(
    readonly schemas: SchemaCompiler,
    readonly root: Resource,
  ) {}

  fault(row: usize, message: string, mend: string): void {
    this.schemas.fault(row, message, mend);
  }

  /** The object at a row, or where its `$ref` leads; 0, with a fault, when that is none. */
  object(row: usize): usize {
    const first = row;
    for (let hops = 0; hops < MAX_HOPS; hops++) {
      if (kindOf(row) != JsonEvent.ObjectStart) {
        this.fault(row, "must be an object", "write it in braces");
        return 0;
      }
      const reference = member(row, "$ref");
      if (reference == 0) return row;
      if (kindOf(reference) != JsonEvent.String) {
        this.fault(reference, "$ref must be a text", 'write "#/components/..."');
        return 0;
      }
      const references = new References(this.schemas.documents, this.root);
      const text = textOf(reference);
      if (!references.follow(text, this.root)) {
        const mend = "add what it names; other files have to be bundled in";
        this.fault(reference, `$ref ${text}: ${references.fault}`, mend);
        return 0;
      }
      row = references.row;
    }
    this.fault(first, "leads from reference to reference without end", "take one of them out");
    return 0;
  }

  /** Rows of a member that is an object of free names; none when it is absent, a fault when it is something else. */
  members(row: usize, name: string): usize[] {
    return this.list(row, name, JsonEvent.ObjectStart, "an object");
  }

  /** Rows of a member that is a list. */
  elements(row: usize, name: string): usize[] {
    return this.list(row, name, JsonEvent.ArrayStart, "a list");
  }

  private list(row: usize, name: string, kind: JsonEvent, what: string): usize[] {
    const found = member(row, name);
    const rows: usize[] = [];
    if (found == 0) return rows;
    if (kindOf(found) != kind) {
      this.fault(found, `${name} must be ${what}`, `write ${what} or leave it out`);
      return rows;
    }
    const end = nextOf(found);
    for (let at = found + ROW; at < end; at = nextOf(at)) rows.push(at);
    return rows;
  }

  /** A text member; "" when it is absent, or, with a fault, no text. */
  text(row: usize, name: string): string {
    const found = member(row, name);
    if (found == 0) return "";
    if (kindOf(found) == JsonEvent.String) return textOf(found);
    this.fault(found, `${name} must be a text`, "write it in quotes");
    return "";
  }

  /** A flag; `otherwise` when it is absent, or, with a fault, neither true nor false. */
  flag(row: usize, name: string, otherwise: bool): bool {
    const found = member(row, name);
    if (found == 0) return otherwise;
    const kind = kindOf(found);
    if (kind == JsonEvent.True) return true;
    if (kind != JsonEvent.False) this.fault(found, `${name} must be true or false`, "write true");
    return false;
  }
}
