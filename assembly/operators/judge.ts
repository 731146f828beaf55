// The door of the room: operators that are more than a comparison, each prepared once from its argument and then asked
// about values. A prepared operator is one heap block; asking allocates nothing and takes linear time.
import { Operator } from "./table";

/** What is wrong with the argument that prepareOperator refused last, as one clause. */
let fault: string = "";
/** What the operator that said yes last captured as TX.0, and how long it is; 0 when nothing. */
let capturedPtr: usize = 0;
let capturedLength: u32 = 0;

/**
 * Prepares an operator of this room (see `isJudged`) with its argument, `length` bytes at `argument`.
 * @returns address of the prepared operator, freed by heap.free; 0 when refused, see operatorFault
 */
export function prepareOperator(id: u32, argument: usize, length: u32): usize {
  fault = "is not built into this filter";
  return 0;
}

/** Why prepareOperator answered 0. */
export function operatorFault(): string {
  return fault;
}

/** Whether the value makes a prepared operator say yes (before any `!`). */
export function operatorMatches(id: u32, prepared: usize, value: usize, length: u32): bool {
  capturedPtr = 0;
  capturedLength = 0;
  return false;
}

/** Bytes that the last yes captured (part of the value, or static text such as a fingerprint); 0: the whole value. */
export function operatorCaptured(): usize {
  return capturedPtr;
}

export function operatorCapturedLength(): u32 {
  return capturedLength;
}

/** Whether an operator is answered by this room; the others (@rx, @pm, comparisons of text and numbers) by `waf`. */
export function isJudged(id: u32): bool {
  switch (id) {
    case Operator.IpMatch:
    case Operator.IpMatchFromFile:
    case Operator.IpMatchFromDataset:
    case Operator.DetectSqli:
    case Operator.DetectXss:
    case Operator.ValidateByteRange:
    case Operator.ValidateUrlEncoding:
    case Operator.ValidateUtf8Encoding:
    case Operator.VerifyCc:
    case Operator.VerifySsn:
    case Operator.VerifyCpf:
    case Operator.VerifySvnr:
    case Operator.ValidateNid:
      return true;
    default:
      return false;
  }
}
