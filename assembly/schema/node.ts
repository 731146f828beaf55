// A schema once compiled: its keywords as fields, sorted by the kind of value they speak of, so that a value runs past those of
// its own kind alone. Made at configure time, read only afterwards.
// Source: JSON Schema Core and Validation 2020-12, draft 7.
import { Block } from "../base/block";
import { Regex } from "../regex/regex";
import { Dialect } from "./dialect";
import { Format } from "./format/table";
import { sameText, textHash } from "../json/unescape";
import { Tape, nextOf } from "./tape";

/** Kinds of values as bits of `SchemaNode.types`. */
export const enum TypeBit {
  Null = 1,
  Boolean = 2,
  Object = 4,
  Array = 8,
  Number = 16,
  String = 32,
  /** A number that is whole. */
  Integer = 64,
}

/** Which way a text goes: what `readOnly` and `writeOnly` ask for. Also bits of `SchemaNode.access`. */
export const enum Access {
  None = 0,
  /** In a response alone. */
  ReadOnly = 1,
  /** In a request alone. */
  WriteOnly = 2,
}

/** No limit. */
export const NO_LIMIT: u32 = 0xffffffff;

/** Text and rows of one document. */
@final
export class SchemaDocument {
  constructor(
    readonly bytes: Block,
    readonly tape: Tape,
  ) {}
}

/** Where schemas with one base URI belong together; a dynamic reference looks for its anchor in those that were entered. */
@final
export class Resource {
  anchors: Map<string, usize> = new Map<string, usize>();
  dynamicAnchors: Map<string, usize> = new Map<string, usize>();
  /** Compiled dynamic anchors, by the number of their name. */
  dynamicNodes: Map<i32, SchemaNode> = new Map<i32, SchemaNode>();

  constructor(
    readonly id: i32,
    readonly uri: string,
    /** The row of its schema. */
    readonly row: usize,
    /** The document that it is part of: kept, since nodes point into it. */
    readonly document: SchemaDocument,
    readonly dialect: Dialect,
  ) {}

  /** Whether a row stands in it. */
  holds(row: usize): bool {
    return row >= this.row && row < nextOf(this.row);
  }

  /** Nothing counts beside `$ref`, and `items` takes the elements that draft 2020-12 gives to two keywords. */
  get isDraft7(): bool {
    return this.dialect == Dialect.Draft7 || this.dialect == Dialect.OpenApi30;
  }

  /** `discriminator`, `readOnly` and `writeOnly` mean something. */
  get isOpenApi(): bool {
    return this.dialect >= Dialect.OpenApi30;
  }
}

/** A pattern and what must hold for names that it matches. */
@final
export class PatternSchema {
  constructor(
    readonly regex: Regex,
    readonly node: SchemaNode,
  ) {}
}

/** Chooses among alternatives by the value of one member. Source: OpenAPI 3.1.1 §4.8.25. */
@final
export class Discriminator {
  /** Raw values of the member, and what each stands for, in one order. */
  readonly names: StaticArray<usize>;
  readonly lengths: StaticArray<u32>;
  readonly nodes: StaticArray<SchemaNode>;

  constructor(
    /** Raw name of the member. */
    readonly property: usize,
    readonly propertyLength: u32,
    count: i32,
  ) {
    this.names = new StaticArray<usize>(count);
    this.lengths = new StaticArray<u32>(count);
    this.nodes = new StaticArray<SchemaNode>(count);
  }
}

@final
export class SchemaNode {
  /** The schema `false`. */
  isFalse: bool = false;
  /** The schema `true`, or one without a keyword that says anything. */
  isTrue: bool = false;
  /** Number of the resource it belongs to. */
  resource: i32 = 0;
  /** Where it stands in its document, and its place among all nodes. */
  row: usize = 0;
  id: i32 = 0;
  /** Bits of `Access`: the property is for one direction alone. */
  access: u32 = 0;

  // --- any value
  types: u32 = 0;
  /** Rows of the values of `enum` or `const`. */
  values: StaticArray<usize> | null = null;
  reference: SchemaNode | null = null;
  /** Number of the name of a dynamic reference; -1: none. `reference` is what it falls back to. */
  dynamicName: i32 = -1;
  allOf: StaticArray<SchemaNode> | null = null;
  anyOf: StaticArray<SchemaNode> | null = null;
  oneOf: StaticArray<SchemaNode> | null = null;
  not: SchemaNode | null = null;
  /** Which of `oneOf` or `anyOf` a member of the value names. */
  discriminator: Discriminator | null = null;
  if: SchemaNode | null = null;
  then: SchemaNode | null = null;
  else: SchemaNode | null = null;
  /** Some of the fields above is set, `types` aside. */
  hasGeneral: bool = false;

  // --- numbers
  hasNumber: bool = false;
  minimum: f64 = -Infinity;
  exclusiveMinimum: f64 = -Infinity;
  maximum: f64 = Infinity;
  exclusiveMaximum: f64 = Infinity;
  /** Row of `multipleOf`; 0: none. */
  multipleOf: usize = 0;

  // --- strings
  hasString: bool = false;
  minLength: u32 = 0;
  maxLength: u32 = NO_LIMIT;
  pattern: Regex | null = null;
  format: Format = Format.None;

  // --- arrays
  hasArray: bool = false;
  minItems: u32 = 0;
  maxItems: u32 = NO_LIMIT;
  uniqueItems: bool = false;
  prefixItems: StaticArray<SchemaNode> | null = null;
  /** For elements behind `prefixItems`. */
  items: SchemaNode | null = null;
  contains: SchemaNode | null = null;
  minContains: u32 = 1;
  maxContains: u32 = NO_LIMIT;
  /** `contains` counts as having looked at what it matched: not in draft 7. */
  containsEvaluates: bool = true;
  unevaluatedItems: SchemaNode | null = null;

  // --- objects
  hasObject: bool = false;
  minProperties: u32 = 0;
  maxProperties: u32 = NO_LIMIT;
  names: NameSlots | null = null;
  patterns: StaticArray<PatternSchema> | null = null;
  additional: SchemaNode | null = null;
  propertyNames: SchemaNode | null = null;
  unevaluatedProperties: SchemaNode | null = null;
}

/** What a schema says of one name. */
@final
export class NameSlot {
  /** What holds for the value; null: nothing. */
  node: SchemaNode | null = null;
  /** `properties` names it: `additionalProperties` does not speak of it. */
  isProperty: bool = false;
  isRequired: bool = false;
  /** Slots that must be there when this one is. */
  requires: StaticArray<i32> | null = null;
  /** What holds for the whole object when the name is there. */
  dependent: SchemaNode | null = null;

  constructor(
    readonly ptr: usize,
    readonly length: u32,
  ) {}
}

/**
 * The names that a schema speaks of, as one table: an object is passed once, each name looked up once, and whatever the schema
 * says of that name is found with it (its schema, whether it must be there, what it asks of others).
 */
@final
export class NameSlots {
  readonly slots: Array<NameSlot> = [];
  /** Some slot is required, asks for others or brings a schema: the names seen must be remembered. */
  needsSeen: bool = false;
  private table: StaticArray<i32> = [];
  private mask: u32 = 0;

  constructor(private seed: u64) {}

  /** The slot of a raw name, made when there is none. Configure time. */
  slot(ptr: usize, length: u32): i32 {
    for (let i = 0; i < this.slots.length; i++) {
      const known = this.slots[i];
      if (sameText(known.ptr, known.length, ptr, length)) return i;
    }
    this.slots.push(new NameSlot(ptr, length));
    return this.slots.length - 1;
  }

  /** All names are in. Configure time. */
  close(): void {
    const slots = this.slots;
    let size = 4;
    while (size < slots.length * 2) size <<= 1;
    this.mask = size - 1;
    const table = new StaticArray<i32>(size);
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      if (slot.isRequired || slot.requires !== null || slot.dependent !== null) {
        this.needsSeen = true;
      }
      let at = (<u32>textHash(this.seed, slot.ptr, slot.length)) & this.mask;
      while (table[at] != 0) at = (at + 1) & this.mask;
      table[at] = i + 1;
    }
    this.table = table;
  }

  /** The slot of a raw name; -1: the schema does not speak of it. */
  find(ptr: usize, length: u32): i32 {
    const table = this.table;
    let at = (<u32>textHash(this.seed, ptr, length)) & this.mask;
    // At most half of the table is taken, so this ends.
    while (table[at] != 0) {
      const place = table[at] - 1;
      const slot = this.slots[place];
      if (sameText(slot.ptr, slot.length, ptr, length)) return place;
      at = (at + 1) & this.mask;
    }
    return -1;
  }
}
