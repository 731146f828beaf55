// Builds the node tree of a JSON text in two passes: the first checks the text and counts its
// values, the second fills one block of exactly that many nodes. Duplicate names do not end the
// reading; they are collected, so that all errors of a document come at once.
import { NameTable, NameVerdict } from "../json/name-table";
import { JsonEvent } from "../json/event";
import { JsonLimits } from "../json/limits";
import { JsonReader } from "../json/reader";
import { JsonStatus } from "../json/status";
import { unescapeInto } from "../json/unescape";
import { ConfigNode, NodeKind, nodeAt } from "./node";

const NODE_BYTES: usize = offsetof<ConfigNode>();

/**
 * Limits of a configuration document: generous, because its author is trusted; finite, because
 * authors err.
 */
export function documentLimits(): JsonLimits {
  const limits = new JsonLimits();
  limits.maxBytes = 16777216;
  limits.maxStringBytes = 16777216;
  limits.maxNumberBytes = 64;
  limits.maxDepth = 64;
  limits.maxMembers = 65536;
  limits.maxElements = 1048576;
  limits.maxKeys = 1048576;
  limits.refuseDuplicates = false;
  return limits;
}

/** A built tree and what was wrong with the text. */
@final
export class ConfigTree {
  /** Address of the first node, which is the document; 0 when the text was refused. */
  root: usize = 0;
  /** Why the text was refused, and at which byte. */
  status: JsonStatus = JsonStatus.Ok;
  faultOffset: u32 = 0;
  /** Nodes whose name stands twice in their object. */
  duplicates: ConfigNode[] = [];
  private texts: usize = 0;
  private textEnd: usize = 0;
  private nodeEnd: usize = 0;
  private keys: u32 = 0;

  /** Reads a text; the tree keeps no reference to it. */
  constructor(ptr: usize, length: u32) {
    const reader = new JsonReader(documentLimits());
    const count = this.measure(reader, ptr, length);
    if (count > 0) this.build(reader, ptr, length, count);
  }

  /** Frees all nodes and their texts. */
  dispose(): void {
    if (this.root == 0) return;
    heap.free(this.root);
    heap.free(this.texts);
    this.root = 0;
  }

  /** Counts values and names; 0 when the text is refused. */
  private measure(reader: JsonReader, ptr: usize, length: u32): u32 {
    let count: u32 = 0;
    reader.begin(ptr, length);
    for (let event = reader.next(); event != JsonEvent.End; event = reader.next()) {
      if (event == JsonEvent.Fault) {
        this.status = reader.status;
        this.faultOffset = reader.faultOffset;
        return 0;
      }
      if (event == JsonEvent.ObjectEnd || event == JsonEvent.ArrayEnd) continue;
      count++;
      if (reader.hasName) this.keys++;
    }
    return count;
  }

  private build(reader: JsonReader, ptr: usize, length: u32, count: u32): void {
    this.root = heap.alloc(NODE_BYTES * count);
    memory.fill(this.root, 0, NODE_BYTES * count);
    this.nodeEnd = this.root;
    this.texts = heap.alloc(length);
    this.textEnd = this.texts;
    const names = new NameTable(this.keys, documentLimits().maxDepth, 0);
    names.begin(1, length);
    let parent: usize = 0;
    let last: usize = 0; // the child of `parent` that was added last
    reader.begin(ptr, length);
    for (let event = reader.next(); event != JsonEvent.End; event = reader.next()) {
      if (event == JsonEvent.ObjectEnd || event == JsonEvent.ArrayEnd) {
        last = parent;
        parent = nodeAt(parent).parent;
        continue;
      }
      const node = this.add(reader, event, parent, last);
      const opens = event == JsonEvent.ObjectStart || event == JsonEvent.ArrayStart;
      // A container that was just opened counts in the reader's depth; its name stands outside it.
      const depth = opens ? reader.depth - 1 : reader.depth;
      if (reader.hasName) this.checkName(names, depth, reader, node, ptr + length);
      last = changetype<usize>(node);
      if (opens) {
        parent = last;
        last = 0;
      }
    }
  }

  private add(reader: JsonReader, event: JsonEvent, parent: usize, last: usize): ConfigNode {
    const address = this.nodeEnd;
    this.nodeEnd += NODE_BYTES;
    const node = nodeAt(address);
    node.parent = parent;
    node.kind = kindOf(event);
    if (last != 0) nodeAt(last).next = address;
    else if (parent != 0) nodeAt(parent).first = address;
    if (parent != 0) {
      node.nameLength = nodeAt(parent).count;
      nodeAt(parent).count++;
    }
    if (reader.hasName) {
      node.name = this.textEnd;
      node.nameLength = this.keep(reader.namePtr, reader.nameLength);
    }
    if (event == JsonEvent.String || event == JsonEvent.Number) {
      node.text = this.textEnd;
      node.textLength = this.keep(reader.valuePtr, reader.valueLength);
    }
    return node;
  }

  /**
   * Decodes a raw text to the end of the text block, which is as long as the document and so always
   * suffices.
   */
  private keep(ptr: usize, length: u32): u32 {
    const written = unescapeInto(this.textEnd, ptr, length);
    this.textEnd += written;
    return written;
  }

  private checkName(
    names: NameTable,
    depth: u32,
    reader: JsonReader,
    node: ConfigNode,
    end: usize,
  ): void {
    const serial = <u32>((node.parent - this.root) / NODE_BYTES) + 1;
    const escaped = reader.nameEscaped;
    const count = nodeAt(node.parent).count;
    const ptr = reader.namePtr;
    const verdict = names.add(depth, count, serial, ptr, reader.nameLength, escaped, end);
    if (verdict != NameVerdict.New) this.duplicates.push(node);
  }
}

function kindOf(event: JsonEvent): NodeKind {
  switch (event) {
    case JsonEvent.ObjectStart:
      return NodeKind.Object;
    case JsonEvent.ArrayStart:
      return NodeKind.Array;
    case JsonEvent.String:
      return NodeKind.String;
    case JsonEvent.Number:
      return NodeKind.Number;
    case JsonEvent.True:
      return NodeKind.True;
    case JsonEvent.False:
      return NodeKind.False;
    default:
      return NodeKind.Null;
  }
}
