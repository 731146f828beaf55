// Which readings a parameter's schema allows, the most likely first: a list where it may be a list, an object where it may be one.
import { TypeBit } from "../../schema/node";
import { Parameter } from "../model";
import { Style } from "../style";
import { Reading } from "./split";

/** No further reading. */
export const NO_READING: i32 = -1;

/** The reading at a place, from 0 on; NO_READING behind the last. */
export function readingAt(parameter: Parameter, place: i32): i32 {
  const types = parameter.shape.types;
  const hasArray = (types & TypeBit.Array) != 0;
  const hasObject = (types & TypeBit.Object) != 0;
  const containers = <u32>(TypeBit.Array | TypeBit.Object);
  const hasOther = types == 0 || (types & ~containers) != 0;
  let at = place;
  if (parameter.style == Style.DeepObject) return place == 0 ? <i32>Reading.Object : NO_READING;
  if (hasArray && at-- == 0) return <i32>Reading.Array;
  if (hasObject && at-- == 0) return <i32>Reading.Object;
  return hasOther && at == 0 ? <i32>Reading.Primitive : NO_READING;
}
