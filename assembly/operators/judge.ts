// The door of the room: operators that are more than a comparison, each prepared once from its argument and then asked
// about values. A prepared operator is one heap block; asking allocates nothing and takes linear time.
import {
  addressFaultLength,
  addressFaultStart,
  listHolds,
  prepareAddressList,
} from "./address-list";
import { firstOutside, prepareByteRange } from "./byte-range";
import { checkHolds, checkedLength, checkedStart, prepareCheck, releaseCheck } from "./check-digit";
import { CheckDigit } from "./check-kind";
import { hasBadEscape, hasBadUtf8 } from "./encoding";
import {
  injectionReason,
  injectionReasonLength,
  isCommandInjection,
  isScriptInjection,
  isSqlInjection,
  prepareInjection,
} from "./injection";
import { IpAddress, IpStatus } from "../http/ip";
import { Operator } from "./table";

/** What is wrong with the argument that prepareOperator refused last, as one clause. */
let fault: string = "";
/** What the operator that said yes last captured as TX.0, and how long it is; 0 when nothing. */
let capturedPtr: usize = 0;
let capturedLength: u32 = 0;
/** Reads the addresses of requests; made at configure time, so that asking allocates nothing. */
let address: IpAddress | null = null;

/**
 * Prepares an operator of this room (see `isJudged`) with its argument, `length` bytes at `argument`.
 * @returns address of the prepared operator, given back by releaseOperator; 0 when refused, see operatorFault
 */
export function prepareOperator(id: u32, argument: usize, length: u32): usize {
  fault = "";
  switch (id) {
    case Operator.IpMatch:
      return preparedAddresses(argument, length, false);
    case Operator.IpMatchFromFile:
    case Operator.IpMatchFromDataset:
      return preparedAddresses(argument, length, true);
    case Operator.ValidateByteRange: {
      const table = prepareByteRange(argument, length);
      if (table == 0) fault = "wants numbers from 0 to 255, as in 9,10,13,32-126";
      return table;
    }
    case Operator.VerifyCc:
      return preparedCheck(CheckDigit.Card, argument, length);
    case Operator.VerifySsn:
      return preparedCheck(CheckDigit.Ssn, argument, length);
    case Operator.VerifyCpf:
      return preparedCheck(CheckDigit.Cpf, argument, length);
    case Operator.VerifySvnr:
      return preparedCheck(CheckDigit.Svnr, argument, length);
    case Operator.ValidateNid:
      return preparedNid(argument, length);
    case Operator.DetectSqli:
    case Operator.DetectXss:
    case Operator.DetectCommand:
      prepareInjection();
  }
  // Nothing to keep: a block of its own all the same, so that 0 means refused.
  return heap.alloc(4);
}

function preparedAddresses(argument: usize, length: u32, lines: bool): usize {
  if (address === null) address = new IpAddress();
  const list = prepareAddressList(argument, length, lines);
  if (list == 0) {
    const entry = String.UTF8.decodeUnsafe(addressFaultStart(), min(addressFaultLength(), 64));
    fault = `wants addresses and networks; this is neither: ${entry}`;
  }
  return list;
}

function preparedCheck(kind: CheckDigit, pattern: usize, length: u32): usize {
  const check = prepareCheck(kind, pattern, length);
  if (check == 0) fault = "wants a pattern that finds candidates; this one is refused";
  return check;
}

/** `cl PATTERN` or `us PATTERN`. */
function preparedNid(argument: usize, length: u32): usize {
  const country: u32 = length > 3 && load<u8>(argument, 2) == 0x20 ? load<u16>(argument) : 0;
  if (country == 0x6c63) return preparedCheck(CheckDigit.Rut, argument + 3, length - 3);
  if (country == 0x7375) return preparedCheck(CheckDigit.Ssn, argument + 3, length - 3);
  fault = "wants a country (cl or us), a blank and a pattern";
  return 0;
}

/** Gives a prepared operator back. */
export function releaseOperator(id: u32, prepared: usize): void {
  const checks = id >= <u32>Operator.VerifyCc && id <= <u32>Operator.VerifySvnr;
  if (checks || id == <u32>Operator.ValidateNid) releaseCheck(prepared);
  else heap.free(prepared);
}

/** Why prepareOperator answered 0. */
export function operatorFault(): string {
  return fault;
}

/** Whether the value makes a prepared operator say yes (before any `!`). */
export function operatorMatches(id: u32, prepared: usize, value: usize, length: u32): bool {
  capturedPtr = 0;
  capturedLength = 0;
  switch (id) {
    case Operator.IpMatch:
    case Operator.IpMatchFromFile:
    case Operator.IpMatchFromDataset: {
      const read = address!;
      return read.read(value, length) == IpStatus.Ok && listHolds(prepared, read);
    }
    case Operator.ValidateByteRange:
      return firstOutside(prepared, value, length) < length;
    case Operator.ValidateUrlEncoding:
      return hasBadEscape(value, length);
    case Operator.ValidateUtf8Encoding:
      return hasBadUtf8(value, length);
    case Operator.DetectSqli:
      return isSqlInjection(value, length) && captured(injectionReason(), injectionReasonLength());
    case Operator.DetectXss:
      return (
        isScriptInjection(value, length) && captured(injectionReason(), injectionReasonLength())
      );
    case Operator.DetectCommand:
      return (
        isCommandInjection(value, length) && captured(injectionReason(), injectionReasonLength())
      );
  }
  return checkHolds(prepared, value, length) && captured(value + checkedStart(), checkedLength());
}

function captured(ptr: usize, length: u32): bool {
  capturedPtr = ptr;
  capturedLength = length;
  return true;
}

/** Bytes that the last yes captured (part of the value, or static text such as a reason's name); 0: the whole value. */
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
    case Operator.DetectCommand:
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
