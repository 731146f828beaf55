// From rows of a schema document to nodes, each schema once, so that schemas which refer to each other become a graph. Every fault
// is collected with the JSON pointer of its schema.
import { JsonEvent } from "../../json/event";
import { Resource, SchemaNode } from "../node";
import { kindOf } from "../tape";
import { ArrayKeywords } from "./array-keywords";
import { Documents, textMember } from "./documents";
import { NodeSource } from "./node-source";
import { GeneralKeywords } from "./general-keywords";
import { readNumberKeywords, readStringKeywords } from "./scalar-keywords";
import { ObjectKeywords } from "./object-keywords";
import { References } from "./references";
import { fragmentOf } from "./uri";

/** Schemas that one configuration may have. */
const MAX_NODES: i32 = 65536;

@final
export class SchemaCompiler extends NodeSource {
  private nodes: Map<usize, SchemaNode> = new Map<usize, SchemaNode>();

  /** As NodeSource. */
  constructor(documents: Documents, seed: u64, assertsFormats: bool = true) {
    super(documents, seed, assertsFormats);
  }

  /** The schema with this URI, compiled with all that it refers to. Null: there is none; see also `faults`. */
  compile(uri: string): SchemaNode | null {
    if (this.documents.resources.length == 0) return null;
    const references = new References(this.documents, this.documents.resources[0]);
    if (!references.follow(uri, references.resource)) {
      this.fault("", references.fault);
      return null;
    }
    const node = this.node(references.row, references.resource, "#" + fragmentOf(uri));
    this.bindDynamicAnchors();
    return node;
  }

  /** The node of the schema at `row`. @param outer its resource where no schema was expected to stand */
  node(row: usize, outer: Resource, pointer: string): SchemaNode {
    if (this.nodes.has(row)) return this.nodes.get(row);
    const node = new SchemaNode();
    // Before anything else: a schema may refer to itself.
    this.nodes.set(row, node);
    node.pointer = pointer;
    const resource = this.documents.resourceAt(row, outer);
    node.resource = resource.id;
    const kind = kindOf(row);
    if (kind == JsonEvent.True) node.isTrue = true;
    else if (kind == JsonEvent.False) node.isFalse = true;
    else if (kind != JsonEvent.ObjectStart) {
      this.fault(pointer, "a schema is an object, true or false");
    } else if (this.nodes.size > MAX_NODES) this.fault(pointer, `more than ${MAX_NODES} schemas`);
    else this.read(row, node, resource);
    return node;
  }

  private read(row: usize, node: SchemaNode, resource: Resource): void {
    const pointer = node.pointer;
    const general = new GeneralKeywords(this, row, node, resource, pointer);
    if (resource.isDraft7 && textMember(row, "$ref").length > 0) {
      general.readReference();
    } else {
      general.read();
      readNumberKeywords(this, row, node, pointer);
      readStringKeywords(this, row, node, pointer);
      new ArrayKeywords(this, row, node, resource, pointer).read();
      new ObjectKeywords(this, row, node, resource, pointer).read();
    }
    general.close();
  }

  /** Every resource learns the nodes of its dynamic anchors; compiling one can ask for more names and reach more resources. */
  private bindDynamicAnchors(): void {
    const resources = this.documents.resources;
    let seen = -1;
    while (seen != this.nodes.size) {
      seen = this.nodes.size;
      for (let name = 0; name < this.dynamicNames.length; name++) {
        const text = this.dynamicNames[name];
        for (let i = 0; i < resources.length; i++) {
          const anchors = resources[i].dynamicAnchors;
          if (!anchors.has(text) || resources[i].dynamicNodes.has(name)) continue;
          const row = anchors.get(text);
          resources[i].dynamicNodes.set(name, this.node(row, resources[i], `#${text}`));
        }
      }
    }
  }
}
