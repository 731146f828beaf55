// What can be against a request or a response, and who is told. The engine knows neither modes nor logs: whoever is told says whether
// that is the end of it.
import { Keyword } from "../schema/keyword";
import { Operation, Parameter } from "./model";

export const enum ApiFault {
  PathUnknown = 0,
  MethodUnknown,
  CredentialMissing,
  ParameterMissing,
  ParameterInvalid,
  ParameterUnknown,
  ParameterReserved,
  BodyMissing,
  BodyUnexpected,
  BodyType,
  BodyEncoded,
  BodyTooLarge,
  BodyMalformed,
  BodyInvalid,
  BodyUndecided,
  BodyUnread,
  ResponseUnknown,
  ResponseType,
  ResponseHeader,
  ResponseUnread,
  ResponseMalformed,
  ResponseInvalid,
  ResponseUndecided,
}

/** Why a value could not be read at all, beside the keywords of its schema. */
export const enum Misfit {
  None = 0,
  /** The text is not written as its style asks. */
  Style,
  /** It stands there more than once. */
  Repeated,
  /** It is not UTF-8. */
  Encoding,
  /** It is no JSON. */
  Json,
  /** A limit was met. */
  Limit,
  /** A part of a multipart body is of another media type. */
  PartType,
}

const MISFIT_NAMES: StaticArray<string> = [
  "",
  "style",
  "repeated",
  "encoding",
  "json",
  "limit",
  "partType",
];

export function misfitName(misfit: Misfit): string {
  return MISFIT_NAMES[<i32>misfit];
}

/** Who is told of faults. */
export abstract class Witness {
  /** What the request is, once that is known. */
  operation: Operation | null = null;
  /** The parameter that the fault is about; null: the body, or the request as a whole. */
  parameter: Parameter | null = null;
  misfit: Misfit = Misfit.None;
  /** Rows of the value that was judged and the row that failed; 0: none. */
  top: usize = 0;
  row: usize = 0;
  keyword: Keyword = Keyword.None;
  /** Raw name of the member that `required` misses; 0: none. */
  missing: usize = 0;
  missingLength: u32 = 0;

  /** @returns true when the request is denied for it: nothing further is looked at */
  abstract found(fault: ApiFault): bool;

  /** Whether a fault is looked for at all. */
  abstract looksFor(fault: ApiFault): bool;
}
