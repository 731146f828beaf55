// From rows of a schema document to nodes, each schema once, so that schemas which refer to each other become a graph. Nodes are made
// when something refers to them and read from a queue, so that a long chain of references is no deep recursion. Every fault is
// collected with the JSON pointer of its place.
import { JsonEvent } from "../../json/event";
import { freeRegex, releaseBuildMemory } from "../../regex/regex";
import { Resource, SchemaNode } from "../node";
import { kindOf } from "../tape";
import { ArrayKeywords } from "./array-keywords";
import { refuseCycles } from "./cycles";
import { Documents } from "./documents";
import { GeneralKeywords } from "./general-keywords";
import { NodeSource } from "./node-source";
import { ObjectKeywords } from "./object-keywords";
import { References } from "./references";
import { textMember } from "./rows";
import { readNumberKeywords, readStringKeywords } from "./scalar-keywords";

/** Schemas that one configuration may have. */
const MAX_NODES: i32 = 65536;

@final
export class SchemaCompiler extends NodeSource {
  private nodes: Map<usize, SchemaNode> = new Map<usize, SchemaNode>();
  /** Every node in the order it was made, and the resource where it was met; those from `done` on are not read yet. */
  private queue: SchemaNode[] = [];
  private outers: Resource[] = [];
  private done: i32 = 0;
  private isFull: bool = false;

  /** As NodeSource. */
  constructor(documents: Documents, seed: u64, assertsFormats: bool = true) {
    super(documents, seed, assertsFormats);
  }

  /** The schema with this URI, compiled with all that it refers to. Null: there is none; see also `faults`. */
  compile(uri: string): SchemaNode | null {
    if (this.documents.resources.length == 0) return null;
    const references = new References(this.documents, this.documents.resources[0]);
    if (!references.follow(uri, references.resource)) {
      this.fault(0, references.fault);
      return null;
    }
    const node = this.node(references.row, references.resource);
    this.finish();
    return node;
  }

  /** The node of the schema at `row`, empty until `finish`. @param outer its resource where none begins at the row */
  node(row: usize, outer: Resource): SchemaNode {
    if (this.nodes.has(row)) return this.nodes.get(row);
    const node = new SchemaNode();
    // Before anything else: a schema may refer to itself.
    this.nodes.set(row, node);
    node.row = row;
    node.id = this.queue.length;
    this.queue.push(node);
    this.outers.push(outer);
    return node;
  }

  /** Reads every schema that was asked for, and what those refer to. To be called before any is used. */
  finish(): void {
    const first = this.done;
    this.drain();
    this.bindDynamicAnchors();
    refuseCycles(this, this.queue, first);
    releaseBuildMemory();
  }

  /** Gives back what is not managed: the patterns. Nothing that was compiled can be used afterwards. */
  dispose(): void {
    for (let i = 0; i < this.queue.length; i++) {
      const node = this.queue[i];
      const own = node.pattern;
      if (own !== null) freeRegex(own);
      node.pattern = null;
      const patterns = node.patterns;
      for (let k = 0; patterns !== null && k < patterns.length; k++) {
        freeRegex(patterns[k].regex);
      }
      node.patterns = null;
    }
  }

  private drain(): void {
    while (this.done < this.queue.length) {
      const place = this.done++;
      if (place >= MAX_NODES) {
        if (!this.isFull) this.fault(this.queue[place].row, `more than ${MAX_NODES} schemas`);
        this.isFull = true;
        return;
      }
      this.read(this.queue[place], this.outers[place]);
    }
  }

  private read(node: SchemaNode, outer: Resource): void {
    const row = node.row;
    const resource = this.documents.resourceAt(row, outer);
    node.resource = resource.id;
    const kind = kindOf(row);
    if (kind == JsonEvent.True) node.isTrue = true;
    else if (kind == JsonEvent.False) node.isFalse = true;
    else if (kind == JsonEvent.ObjectStart) this.readKeywords(row, node, resource);
    else this.fault(row, "is no schema", "write an object, true or false");
  }

  private readKeywords(row: usize, node: SchemaNode, resource: Resource): void {
    const general = new GeneralKeywords(this, row, node, resource);
    if (resource.isDraft7 && textMember(row, "$ref").length > 0) {
      general.readReference();
    } else {
      general.read();
      readNumberKeywords(this, row, node, resource.dialect);
      readStringKeywords(this, row, node);
      new ArrayKeywords(this, row, node, resource).read();
      new ObjectKeywords(this, row, node, resource).read();
    }
    general.close();
  }

  /** Every resource learns the nodes of its dynamic anchors; compiling one can ask for more names and reach more resources. */
  private bindDynamicAnchors(): void {
    const resources = this.documents.resources;
    let seen = -1;
    while (seen != this.queue.length) {
      seen = this.queue.length;
      for (let name = 0; name < this.dynamicNames.length; name++) {
        const text = this.dynamicNames[name];
        for (let i = 0; i < resources.length; i++) {
          const anchors = resources[i].dynamicAnchors;
          if (!anchors.has(text) || resources[i].dynamicNodes.has(name)) continue;
          resources[i].dynamicNodes.set(name, this.node(anchors.get(text), resources[i]));
        }
      }
      this.drain();
    }
  }
}
