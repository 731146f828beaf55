// A configuration document while it is read: its tree, and every error found in it so far. A stage
// reads typed values (value.ts) and never stops at an error; `finish` adds what nobody asked for as
// unknown keys.
import { JsonStatus } from "../json/status";
import { ConfigError } from "./error";
import { faultMend, faultMessage, placeOf } from "./fault";
import { ConfigNode, NodeKind, NodeMark, nodeAt } from "./node";
import { pointerOf } from "./pointer";
import { structToJson } from "./struct";
import { nearestWord } from "./suggestion";
import { ConfigTree } from "./tree";

/** Errors kept; the rest is counted. */
const MAX_ERRORS = 100;
/** Known keys listed for an unknown one that resembles none of them. */
const MAX_LISTED = 12;

@final
export class ConfigDocument {
  /** Errors in the order of the document once `finish` has run. */
  errors: ConfigError[] = [];
  private tree: ConfigTree;
  private dropped: i32 = 0;
  /** Keys asked for, by the address of their object. */
  private known: Map<usize, string[]> = new Map<usize, string[]>();

  /**
   * Reads `length` bytes of JSON text, or of a protobuf `Struct` (what Envoy hands on for a
   * Struct). The bytes may go afterwards. Texts that values point to live until `dispose`.
   */
  constructor(ptr: usize, length: u32) {
    const converted = structToJson(ptr, length);
    if (converted !== null) {
      ptr = converted.ptr;
      length = converted.length;
    }
    const tree = new ConfigTree(ptr, length);
    this.tree = tree;
    if (tree.status != JsonStatus.Ok) {
      const place = placeOf(ptr, tree.faultOffset);
      this.report("", `${place}: ${faultMessage(tree.status)}`, faultMend(tree.status), 0);
    }
    for (let i = 0; i < tree.duplicates.length; i++) {
      const node = tree.duplicates[i];
      node.marks |= NodeMark.Asked | NodeMark.Faulty;
      this.fail(node, "this key stands twice in its object", "keep one of them");
    }
    if (converted !== null) converted.dispose();
  }

  /** Address of the document's node, or 0 when the text was refused. */
  get root(): usize {
    return this.tree.root;
  }

  /** Adds an error at a node. */
  fail(node: ConfigNode, message: string, mend: string): void {
    this.report(pointerOf(node), message, mend, changetype<usize>(node));
  }

  /** Adds an error at any pointer; `order` is the address of the nearest node. */
  report(pointer: string, message: string, mend: string, order: usize): void {
    if (this.errors.length >= MAX_ERRORS) this.dropped++;
    else this.errors.push(new ConfigError(pointer, message, mend, order));
  }

  /** Remembers that `key` is a known key of an object. */
  learn(object: ConfigNode, key: string): void {
    const address = changetype<usize>(object);
    object.marks |= NodeMark.Opened;
    if (!this.known.has(address)) this.known.set(address, []);
    const keys = this.known.get(address);
    if (!keys.includes(key)) keys.push(key);
  }

  /**
   * Adds the unknown keys and sorts; to be called once, after all sections were read. True when
   * there is no error.
   */
  finish(): bool {
    if (this.tree.root != 0) this.checkUnknown(nodeAt(this.tree.root));
    this.errors.sort((a: ConfigError, b: ConfigError): i32 => {
      return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
    });
    if (this.dropped > 0) {
      this.errors.push(new ConfigError("", `${this.dropped} more errors`, "mend these first", 0));
      this.dropped = 0;
    }
    return this.errors.length == 0;
  }

  /** Frees the tree; every value of the document becomes invalid. */
  dispose(): void {
    this.tree.dispose();
  }

  /** Walks down opened containers; the document's depth limit bounds the recursion. */
  private checkUnknown(container: ConfigNode): void {
    if ((container.marks & NodeMark.Opaque) != 0) return;
    for (let at = container.first; at != 0; at = nodeAt(at).next) {
      const node = nodeAt(at);
      if ((node.marks & NodeMark.Asked) != 0) this.checkUnknown(node);
      else if ((container.marks & NodeMark.Opened) != 0 && container.kind == NodeKind.Object) {
        this.reportUnknown(container, node);
      }
    }
  }

  private reportUnknown(container: ConfigNode, node: ConfigNode): void {
    const address = changetype<usize>(container);
    const keys = this.known.has(address) ? this.known.get(address) : [];
    const near = nearestWord(String.UTF8.decodeUnsafe(node.name, node.nameLength), keys);
    if (near.length > 0) this.fail(node, "unknown key", `did you mean "${near}"?`);
    else if (keys.length == 0) this.fail(node, "unknown key", "remove it");
    else {
      const more = keys.length > MAX_LISTED ? ", ..." : "";
      this.fail(node, "unknown key", `known here: ${keys.slice(0, MAX_LISTED).join(", ")}${more}`);
    }
  }
}
