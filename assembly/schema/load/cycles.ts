// Schemas that lead back to themselves without looking into a value: judging one would never end. A schema may refer to itself through
// a member or an element, as a tree does; through `$ref`, `allOf` and their like alone it may not.
// Depth-first with a stack of its own (Tarjan 1972 without the components), since a chain of references can be as long as a document.
import { SchemaNode } from "../node";
import { NodeSource } from "./node-source";

const enum Colour {
  New = 0,
  /** On the way that is being followed. */
  Open = 1,
  Done = 2,
}

/** Adds a fault for each cycle among the nodes from `first` on; older nodes were looked at before. */
export function refuseCycles(source: NodeSource, nodes: SchemaNode[], first: i32): void {
  const colours = new StaticArray<u8>(nodes.length);
  for (let i = 0; i < first; i++) colours[i] = <u8>Colour.Done;
  const way: SchemaNode[] = [];
  const edges: SchemaNode[][] = [];
  for (let i = first; i < nodes.length; i++) {
    if (colours[i] != <u8>Colour.New) continue;
    way.push(nodes[i]);
    edges.push(leadsTo(nodes[i]));
    colours[i] = <u8>Colour.Open;
    while (way.length > 0) {
      const node = way[way.length - 1];
      const left = edges[edges.length - 1];
      if (left.length == 0) {
        colours[node.id] = <u8>Colour.Done;
        way.pop();
        edges.pop();
        continue;
      }
      const next = left.pop();
      const colour = colours[next.id];
      if (colour == <u8>Colour.Open) {
        source.fault(
          next.row,
          "leads back to itself by references alone, so that no value is ever looked at",
          "put a member or an element in between, or take the reference out",
        );
      } else if (colour == <u8>Colour.New) {
        colours[next.id] = <u8>Colour.Open;
        way.push(next);
        edges.push(leadsTo(next));
      }
    }
  }
}

/** The schemas that look at the same value. Where a dynamic reference leads is not known before a text is judged. */
function leadsTo(node: SchemaNode): SchemaNode[] {
  const found: SchemaNode[] = [];
  const reference = node.reference;
  if (reference !== null && node.dynamicName < 0) found.push(reference);
  addAll(found, node.allOf);
  addAll(found, node.anyOf);
  addAll(found, node.oneOf);
  addOne(found, node.not);
  addOne(found, node.if);
  addOne(found, node.then);
  addOne(found, node.else);
  const names = node.names;
  if (names === null) return found;
  for (let i = 0; i < names.slots.length; i++) addOne(found, names.slots[i].dependent);
  return found;
}

function addAll(found: SchemaNode[], nodes: StaticArray<SchemaNode> | null): void {
  if (nodes === null) return;
  for (let i = 0; i < nodes.length; i++) found.push(nodes[i]);
}

function addOne(found: SchemaNode[], node: SchemaNode | null): void {
  if (node !== null) found.push(node);
}
