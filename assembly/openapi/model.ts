// A description of an API once compiled: what each operation takes and answers. Made at configure time, read only afterwards. Names are
// raw bytes of the document, decoded ones where they are compared with what a request holds.
import { Block } from "../base/block";
import { MediaType } from "../http/media-type";
import { NameSlots, SchemaNode } from "../schema/node";
import { In, Style } from "./style";

/** Bytes that outlive the document's text. */
@final
export class Bytes {
  readonly length: u32;
  private block: Block;

  constructor(text: string) {
    const length = <u32>String.UTF8.byteLength(text);
    const block = new Block(length + 1);
    this.length = length;
    this.block = block;
    String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, block.ptr);
  }

  get ptr(): usize {
    return this.block.ptr;
  }

  equals(ptr: usize, length: u32): bool {
    return length == this.length && memory.compare(this.ptr, ptr, length) == 0;
  }
}

/** What kinds of values a schema lets through, as far as it says so: `TypeBit`s, 0 for any. Only a hint for reading text. */
@final
export class Shape {
  types: u32 = 0;
  /** Of elements. */
  items: u32 = 0;
  /** Of members by name: places of slots, and the types in the same order. */
  members: NameSlots | null = null;
  memberTypes: StaticArray<u32> = [];
  /** Of members that no slot names. */
  rest: u32 = 0;
  /** Members that the schema does not name are its own as well. */
  isOpen: bool = false;
}

@final
export class Parameter {
  place: In = In.Query;
  style: Style = Style.Form;
  explode: bool = false;
  isRequired: bool = false;
  allowsEmpty: bool = false;
  /** Reserved characters stand for themselves, `+` among them. */
  allowsReserved: bool = false;
  /** Null: anything goes. */
  node: SchemaNode | null = null;
  shape: Shape = new Shape();
  /** The value is a JSON text (a parameter with `content`). */
  isJson: bool = false;
  /** Of a member of a form: its encoding names a style, and it is written as a parameter of a query is. */
  isStyled: bool = false;
  /** Media types that a part of a multipart body may have; null: any. */
  partTypes: MediaRange[] | null = null;

  constructor(
    /** Decoded; of a header in lower case. */
    readonly name: Bytes,
    /** Raw, as the document has it, for rows. */
    readonly rawName: usize,
    readonly rawLength: u32,
  ) {}
}

/** A media type or a range of them, by how much it says: a range with a star says less. */
@final
export class MediaRange {
  readonly specificity: i32;
  private bytes: Bytes;

  /** @param text lower case, without parameters */
  constructor(text: string) {
    this.bytes = new Bytes(text);
    const star = text.indexOf("*");
    this.specificity = star < 0 ? 2 : star == 0 ? 0 : 1;
  }

  get ptr(): usize {
    return this.bytes.ptr;
  }

  get length(): u32 {
    return this.bytes.length;
  }

  matches(type: MediaType): bool {
    return type.matches(this.bytes.ptr, this.bytes.length);
  }
}

/** What stands under one media type of a `content`. */
@final
export class Media {
  /** Null: anything goes. */
  node: SchemaNode | null = null;
  /** Members of the body when it is a form or in parts. */
  fields: FieldPlan | null = null;
  shape: Shape = new Shape();

  constructor(readonly range: MediaRange) {}
}

@final
export class Body {
  isRequired: bool = false;
  media: Media[] = [];
}

/** Parameters that stand together (in a query, in cookies, in a form), found by name in one look. */
@final
export class FieldPlan {
  readonly list: Parameter[] = [];
  /** Names that pairs can have, raw; null: none. */
  names: NameSlots | null = null;
  /** For each slot the parameter that a pair of this name belongs to, and whether the name is that of a member of its value. */
  owners: StaticArray<i32> = [];
  isMember: StaticArray<bool> = [];
  /** The parameter that takes pairs of any other name; -1: none does. */
  rest: i32 = -1;
  hasDeepObjects: bool = false;
}

@final
export class Answer {
  media: Media[] = [];
  headers: Parameter[] = [];

  /** @param least first and last status that it is for; 0 and 999 for `default` */
  constructor(
    readonly least: u32,
    readonly most: u32,
  ) {}
}

/** How a credential is told: by a header, a query parameter, a cookie, or the scheme of Authorization. */
export const enum CredentialKind {
  /** Nothing a filter can see (mutual TLS). */
  Unseen = 0,
  Header,
  Query,
  Cookie,
  Basic,
  Bearer,
}

@final
export class Credential {
  constructor(
    readonly kind: CredentialKind,
    /** Of a header in lower case. */
    readonly name: Bytes,
  ) {}
}

@final
export class Operation {
  /** `operationId`, or method and path, of bytes that need no escaping; for audit lines. */
  label: Bytes = new Bytes("");
  /** By expression of the path template, in its order; null: the document does not describe it. */
  path: Array<Parameter | null> = [];
  query: FieldPlan = new FieldPlan();
  cookies: FieldPlan = new FieldPlan();
  headers: Parameter[] = [];
  body: Body | null = null;
  answers: Answer[] = [];
  /** Each is a set of credentials that suffices; none at all: anybody may ask. */
  security: Credential[][] = [];
  /** Another operation of the same path and method (paths that differ in their fragment alone). */
  other: Operation | null = null;

  /** @param method upper case */
  constructor(readonly method: string) {}
}
