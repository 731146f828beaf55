// What OpenAPI adds to JSON Schema: `readOnly` and `writeOnly`, which make a member one direction's alone, and `discriminator`, which
// chooses one of the alternatives by a member's value.
// Source: OpenAPI 3.0.4 §4.7.24, §4.7.25; 3.1.1 §4.8.25.
import { JsonEvent } from "../../json/event";
import { Access, Discriminator, Resource, SchemaNode } from "../node";
import {
  ROW,
  childCount,
  kindOf,
  nameLength,
  namePtr,
  nextOf,
  valueLength,
  valuePtr,
} from "../tape";
import { NodeSource } from "./node-source";
import { isTrueMember, member, textOf } from "./rows";

export function readAccess(row: usize, node: SchemaNode): void {
  if (isTrueMember(row, "readOnly")) node.access |= Access.ReadOnly;
  if (isTrueMember(row, "writeOnly")) node.access |= Access.WriteOnly;
}

/** Without alternatives beside it, a discriminator only tells readers where to look (3.1.1 §4.8.25). */
export function readDiscriminator(
  source: NodeSource,
  row: usize,
  node: SchemaNode,
  resource: Resource,
): void {
  const found = member(row, "discriminator");
  const list = node.oneOf !== null ? member(row, "oneOf") : member(row, "anyOf");
  const alternatives = node.oneOf !== null ? node.oneOf : node.anyOf;
  if (found == 0) return;
  const property = member(found, "propertyName");
  if (property == 0 || kindOf(property) != JsonEvent.String) {
    source.fault(found, "discriminator has no propertyName", "name the member that tells");
    return;
  }
  if (alternatives === null) return;
  const mapping = member(found, "mapping");
  if (mapping != 0 && kindOf(mapping) != JsonEvent.ObjectStart) {
    source.fault(mapping, "mapping must be an object", "write values and schemas");
    return;
  }
  const mapped = mapping == 0 ? 0 : <i32>childCount(mapping);
  const count = mapped + alternatives.length;
  const choice = new Discriminator(valuePtr(property), valueLength(property), count);
  let i = 0;
  const end: usize = mapping == 0 ? 0 : nextOf(mapping);
  for (let at = mapping + ROW; at < end; at = nextOf(at)) {
    const target = source.referred(at, referenceOf(at), resource);
    if (target !== null) put(choice, i++, namePtr(at), nameLength(at), target);
  }
  let place = 0;
  const last = nextOf(list);
  for (let at = list + ROW; at < last; at = nextOf(at)) {
    const reference = member(at, "$ref");
    if (reference != 0 && kindOf(reference) == JsonEvent.String) {
      const ptr = lastSegment(valuePtr(reference), valueLength(reference));
      const length = <u32>(valuePtr(reference) + valueLength(reference) - ptr);
      put(choice, i++, ptr, length, alternatives[place]);
    }
    place++;
  }
  // Alternatives without a name cannot be chosen: all of them are then tried, as without a discriminator.
  if (i == count) node.discriminator = choice;
}

function put(choice: Discriminator, i: i32, ptr: usize, length: u32, node: SchemaNode): void {
  choice.names[i] = ptr;
  choice.lengths[i] = length;
  choice.nodes[i] = node;
}

/** A mapping's value is a reference, or the name of a schema among the components. */
function referenceOf(row: usize): string {
  const text = kindOf(row) == JsonEvent.String ? textOf(row) : "";
  if (text.indexOf("/") >= 0 || text.indexOf("#") >= 0) return text;
  return `#/components/schemas/${text}`;
}

function lastSegment(ptr: usize, length: u32): usize {
  let at = ptr + length;
  while (at > ptr && load<u8>(at - 1) != 0x2f) at--;
  return at;
}
