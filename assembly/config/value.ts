// Typed reading of configuration values: objects and arrays here, scalars in scalar.ts. A stage
// reads all its fields in a row and never stops at an error, so that the author of a document sees
// all mistakes at once. Configure time only: values are managed.
import { ConfigDocument } from "./document";
import { ConfigNode, NodeKind, NodeMark, findMember, nodeAt } from "./node";
import { escapeToken } from "./pointer";
import { ConfigScalar, MUTED } from "./scalar";

@final
export class ConfigValue extends ConfigScalar {
  /** Made by `root`, `get` and `items`. */
  constructor(
    document: ConfigDocument,
    node: usize,
    absentPointer: string = "",
    order: usize = 0,
    private snakeCase: bool = false,
  ) {
    super(document, node, absentPointer, order);
  }

  /**
   * The document itself; absent when its text was refused, so that nothing below it is reported.
   */
  static root(document: ConfigDocument): ConfigValue {
    if (document.root != 0) nodeAt(document.root).marks |= NodeMark.Asked;
    return new ConfigValue(document, document.root);
  }

  /** Reports the value as missing when it is absent or null. Returns this value. */
  required(mend: string = "add it"): ConfigValue {
    // Without a document nothing is missing: its own error has been reported.
    if (!this.isPresent && this.document.root != 0) this.fail("is missing", mend);
    return this;
  }

  /**
   * Lets every member of this object, and of objects below it, also be written in snake_case.
   * Returns this value.
   */
  allowSnakeCase(): ConfigValue {
    this.snakeCase = true;
    return this;
  }

  /**
   * Member of an object by its camelCase key; absent when this value is absent or no object
   * (reported once).
   */
  get(key: string): ConfigValue {
    const pointer = `${this.pointer}/${escapeToken(key)}`;
    let order = this.node != 0 ? this.node : this.order;
    let found: usize = 0;
    if (this.expect(NodeKind.Object, "an object")) {
      const object = nodeAt(this.node);
      this.document.learn(object, key);
      found = findMember(object, key);
      if (this.snakeCase) found = this.alias(object, key, found);
      if (found != 0) nodeAt(found).marks |= NodeMark.Asked;
    } else if (this.isPresent) {
      order = MUTED;
    }
    return new ConfigValue(this.document, found, pointer, order, this.snakeCase);
  }

  /** Members or elements; 0 when absent or neither object nor array (reported once as no array). */
  get length(): i32 {
    if (this.isObject) return <i32>nodeAt(this.node).count;
    return this.expect(NodeKind.Array, "an array") ? <i32>nodeAt(this.node).count : 0;
  }

  /**
   * Element of an array, or member of an object with free keys, by index below `length`; linear in
   * the index.
   */
  item(index: i32): ConfigValue {
    let at: usize = this.isObject || this.isArray ? nodeAt(this.node).first : 0;
    for (let i = 0; i < index && at != 0; i++) at = nodeAt(at).next;
    if (at != 0) nodeAt(at).marks |= NodeMark.Asked;
    return new ConfigValue(this.document, at, this.pointer, this.node, this.snakeCase);
  }

  /** Elements of an array; none when it is absent or no array (reported). */
  elements(): ConfigValue[] {
    return this.expect(NodeKind.Array, "an array") ? this.items() : [];
  }

  /**
   * Members of an object with free keys, each with its `name`; none when absent or no object
   * (reported).
   */
  members(): ConfigValue[] {
    return this.expect(NodeKind.Object, "an object") ? this.items() : [];
  }

  /** Entries of an array or of an object with free keys, where either will do. */
  items(): ConfigValue[] {
    const values: ConfigValue[] = [];
    if (this.length == 0) return values;
    for (let at = nodeAt(this.node).first; at != 0; at = nodeAt(at).next) {
      nodeAt(at).marks |= NodeMark.Asked;
      values.push(new ConfigValue(this.document, at, "", 0, this.snakeCase));
    }
    return values;
  }

  /**
   * Reports an array or object with more than `most` or fewer than `least` entries. Returns this
   * value.
   */
  sized(least: i32, most: i32): ConfigValue {
    if (!this.isObject && !this.isArray) return this;
    const count = this.length;
    if (count < least) {
      this.fail(`must have at least ${least} entries, got ${count}`, `add ${least - count}`);
    }
    if (count > most) {
      this.fail(`must have at most ${most} entries, got ${count}`, `remove ${count - most}`);
    }
    return this;
  }

  /**
   * Takes this value out of the search for unknown keys: its reader (a schema, a rule) does its
   * own. Returns its node.
   */
  opaque(): usize {
    if (this.node != 0) nodeAt(this.node).marks |= NodeMark.Opaque;
    return this.node;
  }

  /** The member in snake_case when the camelCase one is absent; both at once are an error. */
  private alias(object: ConfigNode, key: string, found: usize): usize {
    const snake = snakeCase(key);
    if (snake == key) return found;
    const other = findMember(object, snake);
    if (other == 0) return found;
    nodeAt(other).marks |= NodeMark.Asked;
    if (found != 0) this.document.fail(nodeAt(other), `"${key}" says the same`, "keep one of them");
    return found != 0 ? found : other;
  }
}

/** `maxAge` as `max_age`. */
export function snakeCase(key: string): string {
  let snake = "";
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    const isUpper = unit >= 0x41 && unit <= 0x5a;
    snake += isUpper ? "_" + String.fromCharCode(unit + 32) : key.charAt(i);
  }
  return snake;
}
