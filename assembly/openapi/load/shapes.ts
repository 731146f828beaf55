// What kinds of values a schema lets through, read off its nodes: whether "12" in a query is to be read as a number or as a text. A hint
// alone; the schema judges what was read.
import { kindOf } from "../../schema/tape";
import { JsonEvent } from "../../json/event";
import { NameSlots, SchemaNode, TypeBit } from "../../schema/node";
import { Shape } from "../model";

/** Schemas that are looked at for one shape. */
const MAX_LOOKED_AT: i32 = 64;

/** The shape of a schema. @param seed of tables of names */
export function shapeOf(node: SchemaNode, seed: u64): Shape {
  const shape = new Shape();
  const nodes = sameValue(node);
  const names = new NameSlots(seed);
  const types: u32[] = [];
  let hasNames = false;
  let isClosed = false;
  for (let i = 0; i < nodes.length; i++) {
    const one = nodes[i];
    shape.types |= ownTypes(one);
    const items = one.items;
    if (items !== null) shape.items |= typesOf(items);
    const prefix = one.prefixItems;
    for (let k = 0; prefix !== null && k < prefix.length; k++) shape.items |= typesOf(prefix[k]);
    const own = one.names;
    for (let k = 0; own !== null && k < own.slots.length; k++) {
      const slot = own.slots[k];
      const value = slot.node;
      if (!slot.isProperty) continue;
      hasNames = true;
      const place = names.slot(slot.ptr, slot.length);
      if (place == types.length) types.push(0);
      if (value !== null) types[place] |= typesOf(value);
    }
    const additional = one.additional;
    if (additional !== null) {
      if (additional.isFalse) isClosed = true;
      else {
        shape.isOpen = true;
        shape.rest |= typesOf(additional);
      }
    }
    if (one.patterns !== null) shape.isOpen = true;
  }
  names.close();
  shape.members = names;
  shape.memberTypes = StaticArray.fromArray(types);
  // Without any name the members can only be free ones.
  if (!hasNames && !isClosed) shape.isOpen = true;
  return shape;
}

/** Types that a schema lets through; 0: any. */
export function typesOf(node: SchemaNode): u32 {
  const nodes = sameValue(node);
  let types: u32 = 0;
  for (let i = 0; i < nodes.length; i++) types |= ownTypes(nodes[i]);
  return types;
}

/** The schema and all that look at the same value. */
function sameValue(node: SchemaNode): SchemaNode[] {
  const found: SchemaNode[] = [node];
  for (let i = 0; i < found.length && found.length < MAX_LOOKED_AT; i++) {
    const one = found[i];
    addOne(found, one.reference);
    addAll(found, one.allOf);
    addAll(found, one.anyOf);
    addAll(found, one.oneOf);
    addOne(found, one.then);
    addOne(found, one.else);
  }
  return found;
}

function addOne(found: SchemaNode[], node: SchemaNode | null): void {
  if (node !== null && !found.includes(node)) found.push(node);
}

function addAll(found: SchemaNode[], nodes: StaticArray<SchemaNode> | null): void {
  if (nodes === null) return;
  for (let i = 0; i < nodes.length; i++) addOne(found, nodes[i]);
}

function ownTypes(node: SchemaNode): u32 {
  let types = node.types;
  const values = node.values;
  if (types != 0 || values === null) return types;
  for (let i = 0; i < values.length; i++) types |= typeBitOf(kindOf(values[i]));
  return types;
}

function typeBitOf(kind: JsonEvent): u32 {
  switch (kind) {
    case JsonEvent.String:
      return TypeBit.String;
    case JsonEvent.Number:
      return TypeBit.Number;
    case JsonEvent.ObjectStart:
      return TypeBit.Object;
    case JsonEvent.ArrayStart:
      return TypeBit.Array;
    case JsonEvent.Null:
      return TypeBit.Null;
    default:
      return TypeBit.Boolean;
  }
}
