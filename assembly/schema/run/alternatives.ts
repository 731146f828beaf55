// Keywords that combine schemas or lead to others, and what all judging shares: the marks, the schemas entered, the first failure.
// Source: JSON Schema Core 2020-12 §10.2, §8.2.3.2 (dynamic references).
import { Block } from "../../base/block";
import { JsonEvent } from "../../json/event";
import { sameText } from "../../json/unescape";
import { memberOf } from "../equality";
import { Keyword } from "../keyword";
import { Discriminator, Resource, SchemaNode } from "../node";
import { childCount, kindOf, valueLength, valuePtr } from "../tape";
import { Marks, NO_MARKS } from "./marks";
import { isOneOf } from "./scalar-check";

/** Schemas entered at one place, references counted. */
export const MAX_DEPTH: i32 = 512;

export abstract class Alternatives {
  /** Row and schema of the first thing that was wrong, outside of alternatives; 0 and null: nothing, or no single one. */
  failedRow: usize = 0;
  failedNode: SchemaNode | null = null;
  failedKeyword: Keyword = Keyword.None;
  /** Raw name of the member that `required` misses, from the schema; 0: the failure names none. */
  missingPtr: usize = 0;
  missingLength: u32 = 0;
  protected marks: Marks = new Marks();
  protected entered: Block = new Block(<u32>MAX_DEPTH * 4);
  protected depth: i32 = 0;
  protected alternatives: i32 = 0;
  protected isOver: bool = false;

  /** @param resources of the documents that the schemas come from */
  constructor(private resources: Array<Resource>) {}

  /** @param marks where to note which children were looked at; NO_MARKS: nobody asks */
  protected abstract holds(node: SchemaNode, row: usize, marks: i32): bool;

  protected open(row: usize): i32 {
    const marks = this.marks.open(childCount(row));
    if (marks == NO_MARKS) this.isOver = true;
    return marks;
  }

  protected fails(node: SchemaNode, row: usize, keyword: Keyword): bool {
    if (this.alternatives == 0 && this.failedRow == 0) {
      this.failedRow = row;
      this.failedNode = node;
      this.failedKeyword = keyword;
    }
    return false;
  }

  protected holdsGeneral(node: SchemaNode, row: usize, marks: i32): bool {
    const values = node.values;
    if (values !== null && !isOneOf(values, row)) {
      return this.fails(node, row, Keyword.Enum);
    }
    const reference = node.reference;
    if (reference !== null) {
      const target = node.dynamicName < 0 ? reference : this.dynamicTarget(node, reference);
      if (!this.holds(target, row, marks)) return false;
    }
    const all = node.allOf;
    if (all !== null) {
      for (let i = 0; i < all.length; i++) if (!this.holds(all[i], row, marks)) return false;
    }
    const choice = node.discriminator;
    const chooses = choice !== null && kindOf(row) == JsonEvent.ObjectStart;
    if (choice !== null && chooses && !this.holdsChosen(node, choice, row, marks)) return false;
    const any = node.anyOf;
    if (any !== null && !(chooses && node.oneOf === null) && !this.holdsAny(any, row, marks)) {
      return this.fails(node, row, Keyword.AnyOf);
    }
    const one = node.oneOf;
    if (one !== null && !chooses && !this.holdsOne(one, row, marks)) {
      return this.fails(node, row, Keyword.OneOf);
    }
    const not = node.not;
    if (not !== null && this.tries(not, row, NO_MARKS)) return this.fails(node, row, Keyword.Not);
    const test = node.if;
    if (test === null) return true;
    const branch = this.tries(test, row, marks) ? node.then : node.else;
    return branch === null || this.holds(branch, row, marks);
  }

  /** An object whose member says which of the alternatives it is has to be that one. */
  private holdsChosen(node: SchemaNode, choice: Discriminator, row: usize, marks: i32): bool {
    const found = memberOf(row, choice.property, choice.propertyLength);
    if (found != 0 && kindOf(found) == JsonEvent.String) {
      const ptr = valuePtr(found);
      const length = valueLength(found);
      for (let i = 0; i < choice.names.length; i++) {
        if (!sameText(choice.names[i], choice.lengths[i], ptr, length)) continue;
        return this.holds(choice.nodes[i], row, marks);
      }
    }
    return this.fails(node, found != 0 ? found : row, Keyword.Discriminator);
  }

  /** The outermost schema entered that has the anchor, else what the reference says. */
  private dynamicTarget(node: SchemaNode, reference: SchemaNode): SchemaNode {
    for (let i = 0; i < this.depth; i++) {
      const id = load<i32>(this.entered.ptr + ((<usize>i) << 2));
      const nodes = this.resources[id].dynamicNodes;
      if (nodes.has(node.dynamicName)) return nodes.get(node.dynamicName);
    }
    return reference;
  }

  /** A schema whose failure is no failure; what it looked at counts only when it holds. */
  protected tries(node: SchemaNode, row: usize, marks: i32): bool {
    this.alternatives++;
    let own = NO_MARKS;
    if (marks != NO_MARKS) own = this.open(row);
    const isValid = this.holds(node, row, own);
    if (own != NO_MARKS) {
      if (isValid) this.marks.add(marks, own);
      this.marks.close(own);
    }
    this.alternatives--;
    return isValid;
  }

  private holdsAny(nodes: StaticArray<SchemaNode>, row: usize, marks: i32): bool {
    let isValid = false;
    for (let i = 0; i < nodes.length; i++) {
      if (!this.tries(nodes[i], row, marks)) continue;
      isValid = true;
      // Every one that holds counts, where it is asked which members were looked at.
      if (marks == NO_MARKS) break;
    }
    return isValid;
  }

  private holdsOne(nodes: StaticArray<SchemaNode>, row: usize, marks: i32): bool {
    let count = 0;
    for (let i = 0; i < nodes.length && count < 2; i++) {
      if (this.tries(nodes[i], row, marks)) count++;
    }
    return count == 1;
  }
}
