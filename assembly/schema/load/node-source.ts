// What the readers of keywords need of the compiler: nodes of schemas below their own, and a place for faults. Apart from it, so that
// neither imports the other.
import { JsonEvent } from "../../json/event";
import { Resource, SchemaNode } from "../node";
import { ROW, kindOf, nextOf } from "../tape";
import { Documents } from "./documents";
import { References } from "./references";
import { member } from "./rows";

/** Something wrong with a schema, at a JSON pointer below its document. */
@final
export class SchemaFault {
  constructor(
    readonly row: usize,
    readonly pointer: string,
    readonly message: string,
    /** What to do about it; may be empty. */
    readonly mend: string,
  ) {}
}

/** Faults kept; those behind them are left out. */
const MAX_FAULTS: i32 = 100;

export abstract class NodeSource {
  readonly faults: SchemaFault[] = [];
  /** Names of dynamic anchors that some reference asks for, by number. */
  readonly dynamicNames: string[] = [];
  /**
   * @param seed random number for tables that hold names of request bodies
   * @param assertsFormats a known format has to be met; else it only tells a reader what is meant
   */
  constructor(
    readonly documents: Documents,
    readonly seed: u64,
    readonly assertsFormats: bool = true,
  ) {}

  /** The node of the schema at `row`. @param outer its resource where no schema was expected to stand */
  abstract node(row: usize, outer: Resource): SchemaNode;

  /** @param row of the schema, or of anything else in a document */
  fault(row: usize, message: string, mend: string = ""): void {
    if (this.faults.length >= MAX_FAULTS) return;
    this.faults.push(new SchemaFault(row, this.documents.pointerOf(row), message, mend));
  }

  /** The node of a member that holds a schema; null: the member is absent. */
  nodeOf(row: usize, keyword: string, resource: Resource): SchemaNode | null {
    const found = member(row, keyword);
    return found == 0 ? null : this.node(found, resource);
  }

  /** The nodes of a member that holds a list of schemas; null: the member is absent or no list. */
  listOf(row: usize, keyword: string, resource: Resource): StaticArray<SchemaNode> | null {
    const found = member(row, keyword);
    if (found == 0) return null;
    if (kindOf(found) != JsonEvent.ArrayStart) {
      this.fault(found, "is no list of schemas", "write it in brackets");
      return null;
    }
    const nodes: SchemaNode[] = [];
    const end = nextOf(found);
    for (let at = found + ROW; at < end; at = nextOf(at)) {
      nodes.push(this.node(at, resource));
    }
    return StaticArray.fromArray(nodes);
  }

  /** Where a reference of the schema leads; null, with a fault, when that is nowhere. */
  referred(row: usize, reference: string, resource: Resource): SchemaNode | null {
    const references = new References(this.documents, resource);
    if (!references.follow(reference, resource)) {
      this.fault(
        row,
        `$ref ${reference}: ${references.fault}`,
        "mend the reference or add what it names",
      );
      return null;
    }
    return this.node(references.row, references.resource);
  }

  dynamicNumber(name: string): i32 {
    const known = this.dynamicNames.indexOf(name);
    if (known >= 0) return known;
    this.dynamicNames.push(name);
    return this.dynamicNames.length - 1;
  }

  /** Names in the order of the schema's text, for keywords that are maps. */
  mapOf(row: usize, keyword: string): usize {
    const found = member(row, keyword);
    if (found == 0 || kindOf(found) == JsonEvent.ObjectStart) return found;
    this.fault(found, `${keyword} must be an object`, "write it in braces");
    return 0;
  }
}
