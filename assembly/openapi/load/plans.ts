// Plans for finding parameters by name in one look, made once schemas are compiled: which names a query or a form can have, and which
// parameter a pair of that name belongs to. An exploded object spreads its members among the other names.
// Source: OpenAPI 3.0.4 §4.7.12 (style form with explode), §4.7.15; 3.1.1 §4.8.12, §4.8.15.
import { decoded, nameOf } from "../../schema/load/rows";
import { NameSlots, SchemaNode, TypeBit } from "../../schema/node";
import { FieldPlan, Parameter } from "../model";
import { In, Style } from "../style";
import { PendingMedia } from "./bodies";
import { ParameterLoader } from "./parameters";
import { shapeOf } from "./shapes";

@final
export class Planner {
  constructor(
    private parameters: ParameterLoader,
    private seed: u64,
  ) {}

  /** Whether a parameter's pairs carry the names of its members. */
  static spreads(parameter: Parameter): bool {
    if (parameter.style != Style.Form || !parameter.explode || parameter.isJson) return false;
    // A member of a form is JSON where it is an object and nothing else is said.
    if (parameter.place == In.Form && !parameter.isStyled) return false;
    const types = parameter.shape.types;
    return (types & TypeBit.Object) != 0 && (types & ~(TypeBit.Object | TypeBit.Null)) == 0;
  }

  /** Closes a plan whose list is complete. */
  close(plan: FieldPlan): void {
    const list = plan.list;
    if (list.length == 0) return;
    const names = new NameSlots(this.seed);
    const owners: i32[] = [];
    const isMember: bool[] = [];
    for (let i = 0; i < list.length; i++) {
      const parameter = list[i];
      if (parameter.style == Style.DeepObject) plan.hasDeepObjects = true;
      if (!Planner.spreads(parameter)) {
        put(names, parameter.rawName, parameter.rawLength, i, false, owners, isMember);
        continue;
      }
      if (parameter.shape.isOpen && plan.rest < 0) plan.rest = i;
      const members = parameter.shape.members;
      for (let k = 0; members !== null && k < members.slots.length; k++) {
        put(names, members.slots[k].ptr, members.slots[k].length, i, true, owners, isMember);
      }
    }
    names.close();
    plan.names = names;
    plan.owners = StaticArray.fromArray(owners);
    plan.isMember = StaticArray.fromArray(isMember);
  }

  /** Members of a form body, each a parameter of its own, and those that only the encoding names. */
  planMedia(pending: PendingMedia): void {
    const media = pending.media;
    const node = media.node;
    if (node !== null) media.shape = shapeOf(node, this.seed);
    const fields = media.fields;
    if (fields === null) return;
    const members = media.shape.members;
    for (let i = 0; members !== null && i < members.slots.length; i++) {
      const slot = members.slots[i];
      const name = decoded(slot.ptr, slot.length);
      const encoding = encodingOf(pending.encodings, name);
      let value: SchemaNode | null = null;
      if (node !== null) value = memberNode(node, slot.ptr, slot.length);
      fields.list.push(this.parameters.field(slot.ptr, slot.length, name, value, encoding));
    }
    this.shape(fields.list);
    this.close(fields);
  }

  /** Works out the shapes of parameters whose schemas are compiled. */
  shape(list: Parameter[]): void {
    for (let i = 0; i < list.length; i++) {
      const node = list[i].node;
      if (node !== null) list[i].shape = shapeOf(node, this.seed);
    }
  }
}

function put(
  names: NameSlots,
  ptr: usize,
  length: u32,
  owner: i32,
  member: bool,
  owners: i32[],
  isMember: bool[],
): void {
  const place = names.slot(ptr, length);
  // Of two parameters with one name the first counts.
  if (place < owners.length) return;
  owners.push(owner);
  isMember.push(member);
}

function encodingOf(encodings: usize[], name: string): usize {
  for (let i = 0; i < encodings.length; i++) if (nameOf(encodings[i]) == name) return encodings[i];
  return 0;
}

/** The schema of a member, looked for through references and `allOf`; null: none says anything. */
function memberNode(node: SchemaNode, ptr: usize, length: u32): SchemaNode | null {
  let at: SchemaNode | null = node;
  for (let hops = 0; hops < 16 && at !== null; hops++) {
    const names = at.names;
    const place = names === null ? -1 : names.find(ptr, length);
    if (names !== null && place >= 0 && names.slots[place].node !== null) {
      return names.slots[place].node;
    }
    const all = at.allOf;
    for (let i = 0; all !== null && i < all.length; i++) {
      const found = memberNode(all[i], ptr, length);
      if (found !== null) return found;
    }
    at = at.reference;
  }
  return null;
}
