// Whether a value is what a schema says. Walks the rows of the value and the nodes of the schema together; what it remembers lies
// on two flat stacks (which members were looked at, which schemas were entered), so nothing is allocated.
//
// Time is linear in the text for schemas without `anyOf` and their like, and at most the product of both sizes with them. A budget
// of steps ends what a schema that refers to itself would make of a hostile text: the answer is then Undecided, never Valid.
// Source: JSON Schema Core 2020-12 §7, §11 (unevaluated*).
import { JsonEvent } from "../../json/event";
import { Keyword } from "../keyword";
import { Resource, SchemaNode } from "../node";
import { ROW, childCount, kindOf, nextOf } from "../tape";
import { MAX_DEPTH } from "./alternatives";
import { NO_MARKS } from "./marks";
import { ObjectCheck } from "./object-check";
import { failedOfNumber, hasType } from "./scalar-check";
import { UniqueCheck } from "./unique-check";

export const enum SchemaVerdict {
  Invalid = 0,
  Valid = 1,
  /** A limit was met: too many steps, too deep, a text too long to unescape. */
  Undecided = 2,
}

/** Pairs of value and schema that one text may take. */
const MAX_STEPS: i32 = 4000000;

@final
export class Validator extends ObjectCheck {
  private unique: UniqueCheck;
  private steps: i32 = 0;

  /**
   * @param resources of the documents that the schemas come from
   * @param maxTextBytes longest text with escapes that patterns and formats can look at
   */
  constructor(resources: Array<Resource>, maxTextBytes: u32, seed: u64) {
    super(resources, maxTextBytes);
    this.unique = new UniqueCheck(seed);
  }

  /** Judges the value at `row`. */
  run(node: SchemaNode, row: usize): SchemaVerdict {
    this.failedRow = 0;
    this.failedNode = null;
    this.failedKeyword = Keyword.None;
    this.missingPtr = 0;
    this.marks.clear();
    this.depth = 0;
    this.steps = 0;
    this.alternatives = 0;
    this.isOver = false;
    const isValid = this.holds(node, row, NO_MARKS);
    if (this.isOver || this.strings.isOver || this.unique.isOver) return this.undecided();
    return isValid ? SchemaVerdict.Valid : SchemaVerdict.Invalid;
  }

  private undecided(): SchemaVerdict {
    this.strings.isOver = false;
    this.unique.isOver = false;
    return SchemaVerdict.Undecided;
  }

  protected holds(node: SchemaNode, row: usize, marks: i32): bool {
    if (node.isTrue) return true;
    if (node.isFalse) return this.fails(node, row, Keyword.False);
    if (this.depth >= MAX_DEPTH || ++this.steps > MAX_STEPS || this.isOver) {
      this.isOver = true;
      return false;
    }
    store<i32>(this.entered.ptr + ((<usize>this.depth) << 2), node.resource);
    this.depth++;
    const answer = this.holdsInside(node, row, marks);
    this.depth--;
    return answer;
  }

  private holdsInside(node: SchemaNode, row: usize, outer: i32): bool {
    const kind = kindOf(row);
    if (node.types != 0 && !hasType(node.types, kind, row)) {
      return this.fails(node, row, Keyword.Type);
    }
    const isContainer = kind == JsonEvent.ObjectStart || kind == JsonEvent.ArrayStart;
    const asks =
      (kind == JsonEvent.ObjectStart && node.unevaluatedProperties !== null) ||
      (kind == JsonEvent.ArrayStart && node.unevaluatedItems !== null);
    let marks = isContainer ? outer : NO_MARKS;
    if (asks && marks == NO_MARKS) marks = this.open(row);
    if (node.hasGeneral && !this.holdsGeneral(node, row, marks)) return false;
    if (kind == JsonEvent.ObjectStart) {
      if (node.hasObject && !this.holdsObject(node, row, marks)) return false;
    } else if (kind == JsonEvent.ArrayStart) {
      if (node.hasArray && !this.holdsArray(node, row, marks)) return false;
    } else if (kind == JsonEvent.String) {
      const failed = node.hasString ? this.strings.failed(node, row) : Keyword.None;
      if (failed != Keyword.None) return this.fails(node, row, failed);
    } else if (kind == JsonEvent.Number) {
      const failed = node.hasNumber ? failedOfNumber(node, row) : Keyword.None;
      if (failed != Keyword.None) return this.fails(node, row, failed);
    }
    if (asks && !this.holdsUnevaluated(node, row, kind, marks)) return false;
    if (marks != outer && marks != NO_MARKS) this.marks.close(marks);
    return true;
  }

  private holdsArray(node: SchemaNode, row: usize, marks: i32): bool {
    const count = childCount(row);
    if (count < node.minItems) return this.fails(node, row, Keyword.MinItems);
    if (count > node.maxItems) return this.fails(node, row, Keyword.MaxItems);
    const prefix = node.prefixItems;
    const items = node.items;
    if (prefix !== null || items !== null) {
      const first: u32 = prefix === null ? 0 : prefix.length;
      const end = nextOf(row);
      let index: u32 = 0;
      for (let at = row + ROW; at < end; at = nextOf(at)) {
        const schema = prefix !== null && index < first ? prefix[index] : items;
        if (schema === null) break;
        if (!this.holds(schema, at, NO_MARKS)) return false;
        if (marks != NO_MARKS) this.marks.set(marks, index);
        index++;
      }
    }
    if (node.uniqueItems && !this.unique.holds(row)) {
      return this.fails(node, row, Keyword.UniqueItems);
    }
    const contains = node.contains;
    return contains === null || this.holdsContains(node, contains, row, marks);
  }

  private holdsContains(node: SchemaNode, contains: SchemaNode, row: usize, marks: i32): bool {
    const end = nextOf(row);
    const counts = node.containsEvaluates && marks != NO_MARKS;
    let found: u32 = 0;
    let index: u32 = 0;
    for (let at = row + ROW; at < end; at = nextOf(at)) {
      if (this.tries(contains, at, NO_MARKS)) {
        found++;
        if (counts) this.marks.set(marks, index);
        else if (node.maxContains == 0xffffffff && found >= node.minContains) break;
      }
      index++;
    }
    if (found >= node.minContains && found <= node.maxContains) return true;
    return this.fails(node, row, Keyword.Contains);
  }

  private holdsUnevaluated(node: SchemaNode, row: usize, kind: JsonEvent, marks: i32): bool {
    const schema =
      kind == JsonEvent.ObjectStart ? node.unevaluatedProperties : node.unevaluatedItems;
    if (schema === null || marks == NO_MARKS) return schema === null;
    const end = nextOf(row);
    let index: u32 = 0;
    for (let at = row + ROW; at < end; at = nextOf(at)) {
      if (!this.marks.has(marks, index)) {
        if (schema.isFalse) return this.fails(node, at, Keyword.Unevaluated);
        if (!this.holds(schema, at, NO_MARKS)) return false;
        this.marks.set(marks, index);
      }
      index++;
    }
    return true;
  }
}
