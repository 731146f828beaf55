// One parameter's pieces against its schema. A text can be read in more than one way where a schema allows several types (a list and a
// text, a number and a text): it is right when one reading is.
import { JsonEvent } from "../../json/event";
import { TypeBit } from "../../schema/node";
import { SchemaVerdict } from "../../schema/run/validator";
import { TextJudge } from "../../schema/run/text-judge";
import { Misfit } from "../fault";
import { Parameter, Shape } from "../model";
import { Coding, Pieces } from "./pieces";
import { Rows } from "./rows";
import { Reading } from "./split";

@final
export class ValueJudge {
  readonly rows: Rows;
  /** Why the value judged last was refused, when no keyword says it. */
  misfit: Misfit = Misfit.None;
  /** Where the rows of the value judged last begin. */
  top: usize = 0;

  constructor(
    readonly texts: TextJudge,
    maxRows: u32,
    roomBytes: u32,
    seed: u64,
  ) {
    this.rows = new Rows(maxRows, roomBytes, seed);
  }

  /** Whether the value made of the pieces is what the parameter's schema says. */
  holds(parameter: Parameter, reading: Reading, pieces: Pieces): bool {
    const rows = this.rows;
    this.misfit = Misfit.None;
    if (pieces.isOver) return this.refuse(Misfit.Limit);
    // Numbers and words first, then everything as text, where both are allowed.
    for (let asText = 0; asText < 2; asText++) {
      rows.begin();
      const isDone = addValue(rows, reading, pieces, parameter.shape, asText == 1, 0, 0);
      if (!isDone) return this.refuse(rows.misfit);
      if (this.judgeRows(parameter)) return true;
      if (asText == 0 && !hasTextReading(parameter.shape, reading)) return false;
    }
    return false;
  }

  /** Whether the rows made so far are what the schema says; anything is where there is no schema. */
  judgeRows(parameter: Parameter): bool {
    const node = parameter.node;
    this.top = this.rows.top;
    if (node === null) return true;
    const verdict = this.texts.validator.run(node, this.rows.top);
    if (verdict == SchemaVerdict.Undecided) return this.refuse(Misfit.Limit);
    return verdict == SchemaVerdict.Valid;
  }

  /** Whether a text of JSON (a parameter with `content`) is what the schema says. */
  holdsJson(parameter: Parameter, coding: Coding, ptr: usize, length: u32): bool {
    const rows = this.rows;
    this.misfit = Misfit.None;
    rows.begin();
    if (!rows.decode(coding, ptr, length, true)) return this.refuse(rows.misfit);
    const texts = this.texts;
    if (!texts.tape.read(texts.reader, rows.textPtr, rows.textLength))
      return this.refuse(Misfit.Json);
    this.top = texts.tape.top;
    const node = parameter.node;
    if (node === null) return true;
    const verdict = texts.validator.run(node, this.top);
    if (verdict == SchemaVerdict.Undecided) return this.refuse(Misfit.Limit);
    return verdict == SchemaVerdict.Valid;
  }

  refuse(misfit: Misfit): bool {
    this.misfit = misfit;
    return false;
  }
}

/** Adds the value that the pieces make, under a raw name. False: see `rows.misfit`. */
export function addValue(
  rows: Rows,
  reading: Reading,
  pieces: Pieces,
  shape: Shape,
  asText: bool,
  name: usize,
  nameLength: u32,
): bool {
  const coding = pieces.coding;
  if (reading == Reading.Primitive) {
    const types = asText ? 0 : shape.types;
    return rows.scalar(coding, pieces.value(0), pieces.valueLength(0), types, name, nameLength);
  }
  const isArray = reading == Reading.Array;
  const container = rows.start(
    isArray ? JsonEvent.ArrayStart : JsonEvent.ObjectStart,
    name,
    nameLength,
  );
  if (container == 0) return false;
  rows.names.begin();
  for (let i: u32 = 0; i < pieces.count; i++) {
    const value = pieces.value(i);
    const length = pieces.valueLength(i);
    if (isArray) {
      if (!rows.scalar(coding, value, length, asText ? 0 : shape.items, 0, 0)) return false;
      continue;
    }
    if (!rows.decode(coding, pieces.name(i), pieces.nameLength(i))) return false;
    const member = rows.textPtr;
    const memberLength = rows.textLength;
    if (!rows.names.add(member, memberLength)) {
      rows.misfit = Misfit.Repeated;
      return false;
    }
    const types = asText ? 0 : memberTypes(shape, member, memberLength);
    if (!rows.scalar(coding, value, length, types, member, memberLength)) return false;
  }
  rows.close(container, pieces.count);
  return true;
}

/** Types of a member by its raw name. */
export function memberTypes(shape: Shape, ptr: usize, length: u32): u32 {
  const members = shape.members;
  const place = members === null ? -1 : members.find(ptr, length);
  return place < 0 ? shape.rest : shape.memberTypes[place];
}

/** Whether some part of the value may be a text as well as something else. */
function hasTextReading(shape: Shape, reading: Reading): bool {
  if (reading == Reading.Primitive) return isMixed(shape.types);
  if (reading == Reading.Array) return isMixed(shape.items);
  if (isMixed(shape.rest)) return true;
  for (let i = 0; i < shape.memberTypes.length; i++) if (isMixed(shape.memberTypes[i])) return true;
  return false;
}

function isMixed(types: u32): bool {
  const others = TypeBit.Number | TypeBit.Integer | TypeBit.Boolean | TypeBit.Null;
  return (types & TypeBit.String) != 0 && (types & others) != 0;
}
