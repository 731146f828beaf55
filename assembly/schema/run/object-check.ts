// What a schema says of an object: its members in one pass, each name looked up once, then what had to be there.
// Source: JSON Schema Core 2020-12 §10.2.2.4, §10.3.2; Validation §6.5; OpenAPI 3.1.1 §4.8.24 (readOnly, writeOnly).
import { Keyword } from "../keyword";
import { Access, NameSlot, Resource, SchemaNode } from "../node";
import { ROW, childCount, nameLength, namePtr, nextOf } from "../tape";
import { Alternatives } from "./alternatives";
import { NO_MARKS } from "./marks";
import { StringCheck } from "./string-check";

export abstract class ObjectCheck extends Alternatives {
  /** What a member of this access is not asked for: ReadOnly when a request is judged, WriteOnly when a response is. */
  excused: u32 = Access.None;
  /** Such a member is refused where it stands. */
  refusesExcused: bool = false;
  protected strings: StringCheck;

  /** @param maxTextBytes longest text with escapes that patterns and formats can look at */
  constructor(resources: Array<Resource>, maxTextBytes: u32) {
    super(resources);
    this.strings = new StringCheck(maxTextBytes);
  }

  protected holdsObject(node: SchemaNode, row: usize, marks: i32): bool {
    const count = childCount(row);
    if (count < node.minProperties) return this.fails(node, row, Keyword.MinProperties);
    if (count > node.maxProperties) return this.fails(node, row, Keyword.MaxProperties);
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
          return this.fails(node, row, Keyword.PropertyNames);
        }
        if (names !== null) {
          const place = names.find(namePtr(at), nameLength(at));
          if (place >= 0) {
            const slot = names.slots[place];
            if (seen != NO_MARKS) this.marks.set(seen, place);
            const schema = slot.node;
            if (slot.isProperty) isKnown = true;
            if (this.refusesExcused && this.isExcused(slot)) {
              return this.fails(node, at, Keyword.ReadOnly);
            }
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
          if (additional.isFalse) return this.fails(node, at, Keyword.AdditionalProperties);
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
        if (slot.isRequired && !this.isExcused(slot)) return this.misses(node, row, slot);
        continue;
      }
      const requires = slot.requires;
      if (requires !== null) {
        for (let j = 0; j < requires.length; j++) {
          if (this.marks.has(seen, requires[j])) continue;
          return this.fails(node, row, Keyword.Dependent);
        }
      }
      const dependent = slot.dependent;
      if (dependent !== null && !this.holds(dependent, row, marks)) return false;
    }
    return true;
  }

  private misses(node: SchemaNode, row: usize, slot: NameSlot): bool {
    if (this.alternatives == 0 && this.failedRow == 0) {
      this.missingPtr = slot.ptr;
      this.missingLength = slot.length;
    }
    return this.fails(node, row, Keyword.Required);
  }

  /** Whether a member belongs to the other direction. What a reference leads to counts, as far as people write them. */
  private isExcused(slot: NameSlot): bool {
    const excused = this.excused;
    if (excused == Access.None) return false;
    let node = slot.node;
    for (let i = 0; i < 8 && node !== null; i++) {
      if ((node.access & excused) != 0) return true;
      node = node.reference;
    }
    return false;
  }

  /** A name is judged as the string that it is, through a row of its own. */
  private holdsName(node: SchemaNode, member: usize): bool {
    const name = this.strings.nameRow(member);
    return this.tries(node, name, NO_MARKS);
  }
}
