// One value of a configuration document. All nodes of a document lie in one heap block in document
// order, linked as a tree; names and strings are decoded bytes in a second block. Unmanaged: the
// layout below is plain memory that `ConfigDocument` frees as a whole.
//
//   parent, first, next   tree links (0: none)
//   name, nameLength      decoded name in the parent object; nameLength of an element is its index
//   text, textLength      decoded string, or a number as written
//   count                 members or elements
//   kind, marks           what it is; what was done with it

/** Kinds of values. */
export const enum NodeKind {
  Object = 0,
  Array = 1,
  String = 2,
  Number = 3,
  True = 4,
  False = 5,
  Null = 6,
}

/** Marks set while the document is read into typed values. */
export const enum NodeMark {
  /** Somebody asked for this value: it is no unknown key. */
  Asked = 1,
  /** It was read as an object, so that its unknown members are errors. */
  Opened = 2,
  /** It was handed out whole: nothing below it is checked. */
  Opaque = 4,
  /** An error has been reported for it; further ones would only repeat it. */
  Faulty = 8,
}

@unmanaged
export class ConfigNode {
  parent: usize;
  first: usize;
  next: usize;
  name: usize;
  nameLength: u32;
  text: usize;
  textLength: u32;
  count: u32;
  kind: NodeKind;
  marks: u32;
}

/** The node at an address of the node block. */
export function nodeAt(address: usize): ConfigNode {
  return changetype<ConfigNode>(address); // an address from the links above, never anything else
}

/** Whether the node's decoded name equals an ASCII key. */
export function isNamed(node: ConfigNode, key: string): bool {
  const length = <u32>key.length;
  if (node.nameLength != length) return false;
  for (let i: u32 = 0; i < length; i++) {
    if (<u32>load<u8>(node.name + i) != <u32>key.charCodeAt(i)) return false;
  }
  return true;
}

/** Member of an object by its ASCII name, or 0. Among duplicates the first. */
export function findMember(object: ConfigNode, key: string): usize {
  for (let at = object.first; at != 0; at = nodeAt(at).next) {
    if (isNamed(nodeAt(at), key)) return at;
  }
  return 0;
}
