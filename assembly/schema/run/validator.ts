// Whether a value is what a schema says. Walks the rows of the value and the nodes of the schema together; what it remembers lies
// on two flat stacks (which members were looked at, which schemas were entered), so nothing is allocated.
//
// Time is linear in the text for schemas without `anyOf` and their like, and at most the product of both sizes with them. A budget
// of steps ends what a schema that refers to itself would make of a hostile text: the answer is then Undecided, never Valid.
// Source: JSON Schema Core 2020-12 §7, §11 (unevaluated*).
import { JsonEvent } from "../../json/event";
import { Resource, SchemaNode } from "../node";
import { ROW, childCount, kindOf, nameLength, namePtr, nextOf } from "../tape";
import { Alternatives, MAX_DEPTH } from "./alternatives";
import { NO_MARKS } from "./marks";
import { hasType, holdsNumber } from "./scalar-check";
import { StringCheck } from "./string-check";
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
export class Validator extends Alternatives {
  private strings: StringCheck;
  private unique: UniqueCheck;
  private steps: i32 = 0;

  /**
   * @param resources of the documents that the schemas come from
   * @param maxTextBytes longest text with escapes that patterns and formats can look at
   */
  constructor(resources: Array<Resource>, maxTextBytes: u32, seed: u64) {
    super(resources);
    this.strings = new StringCheck(maxTextBytes);
    this.unique = new UniqueCheck(seed);
  }

  /** Judges the value at `row`. */
  run(node: SchemaNode, row: usize): SchemaVerdict {
    this.failedRow = 0;
    this.failedNode = null;
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
    if (node.isFalse) return this.fails(node, row);
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
    if (node.types != 0 && !hasType(node.types, kind, row)) return this.fails(node, row);
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
      if (node.hasString && !this.strings.holds(node, row)) return this.fails(node, row);
    } else if (kind == JsonEvent.Number) {
      if (node.hasNumber && !holdsNumber(node, row)) return this.fails(node, row);
    }
    if (asks && !this.holdsUnevaluated(node, row, kind, marks)) return false;
    if (marks != outer && marks != NO_MARKS) this.marks.close(marks);
    return true;
  }

  private holdsArray(node: SchemaNode, row: usize, marks: i32): bool {
    const count = childCount(row);
    if (count < node.minItems || count > node.maxItems) return this.fails(node, row);
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
    if (node.uniqueItems && !this.unique.holds(row)) return this.fails(node, row);
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
    return this.fails(node, row);
  }

  private holdsObject(node: SchemaNode, row: usize, marks: i32): bool {
    const count = childCount(row);
    if (count < node.minProperties || count > node.maxProperties) return this.fails(node, row);
    const names = node.names;
    const patterns = node.patterns;
    const additional = node.additional;
    const propertyNames = node.propertyNames;
    let seen = NO_MARKS;
    if (names !== null && names.needsSeen) {
      seen = this.marks.open(names.slots.length);
      if (seen == NO_MARKS) {
        this.isOver = true;
        return false;
      }
    }
    if (names !== null || patterns !== null || additional !== null || propertyNames !== null) {
      const end = nextOf(row);
      let index: u32 = 0;
      for (let at = row + ROW; at < end; at = nextOf(at)) {
        let isKnown = false;
        if (propertyNames !== null && !this.holdsName(propertyNames, at)) {
          return this.fails(node, row);
        }
        if (names !== null) {
          const place = names.find(namePtr(at), nameLength(at));
          if (place >= 0) {
            const slot = names.slots[place];
            if (seen != NO_MARKS) this.marks.set(seen, place);
            const schema = slot.node;
            if (slot.isProperty) isKnown = true;
            if (schema !== null && !this.holds(schema, at, NO_MARKS)) return false;
          }
        }
        if (patterns !== null) {
          for (let i = 0; i < patterns.length; i++) {
            if (!this.strings.matchesName(patterns[i].regex, at)) continue;
            isKnown = true;
            if (!this.holds(patterns[i].node, at, NO_MARKS)) return false;
          }
        }
        if (!isKnown && additional !== null) {
          isKnown = true;
          if (!this.holds(additional, at, NO_MARKS)) return false;
        }
        if (isKnown && marks != NO_MARKS) this.marks.set(marks, index);
        index++;
      }
    }
    if (seen == NO_MARKS || names === null) return true;
    const isComplete = this.holdsDependents(node, row, seen, marks);
    this.marks.close(seen);
    return isComplete;
  }

  /** Names that must be there, and what names that are there ask for. */
  private holdsDependents(node: SchemaNode, row: usize, seen: i32, marks: i32): bool {
    const names = node.names;
    if (names === null) return true;
    const slots = names.slots;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      if (!this.marks.has(seen, i)) {
        if (slot.isRequired) return this.fails(node, row);
        continue;
      }
      const requires = slot.requires;
      if (requires !== null) {
        for (let j = 0; j < requires.length; j++) {
          if (!this.marks.has(seen, requires[j])) return this.fails(node, row);
        }
      }
      const dependent = slot.dependent;
      if (dependent !== null && !this.holds(dependent, row, marks)) return false;
    }
    return true;
  }

  /** A name is judged as the string that it is, through a row of its own. */
  private holdsName(node: SchemaNode, member: usize): bool {
    const name = this.strings.nameRow(member);
    return this.tries(node, name, NO_MARKS);
  }

  private holdsUnevaluated(node: SchemaNode, row: usize, kind: JsonEvent, marks: i32): bool {
    const schema =
      kind == JsonEvent.ObjectStart ? node.unevaluatedProperties : node.unevaluatedItems;
    if (schema === null || marks == NO_MARKS) return schema === null;
    const end = nextOf(row);
    let index: u32 = 0;
    for (let at = row + ROW; at < end; at = nextOf(at)) {
      if (!this.marks.has(marks, index)) {
        if (!this.holds(schema, at, NO_MARKS)) return false;
        this.marks.set(marks, index);
      }
      index++;
    }
    return true;
  }
}
