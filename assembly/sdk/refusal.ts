// Host calls that this layer does not make, because they would crash Envoy, do nothing, or let a
// malformed message out. The caller gets Status.Refused; each kind is logged once in the life of a VM,
// since a filter that does it once does it for every request. The text stands at the call, not in a
// table here, so that a filter carries only the texts of the calls it makes.
import { LogLevel, Status } from "../abi/constants";
import { log } from "./log";

/** Why a call was refused: one bit each in what was logged already. */
export const enum Refusal {
  ReplyAfterEnd = 0,
  ReplyTwice = 1,
  ReplyTooEarly = 2,
  ReplyMalformed = 3,
  CloseAfterEnd = 4,
  CloseTwice = 5,
  ContinueNotPaused = 6,
  ContinueResponseTooEarly = 7,
  HeaderMalformed = 8,
  PseudoHeader = 9,
  BodyLengthSent = 10,
  BodyReplacedTwice = 11,
  NegativeTimeout = 12,
  EmptyTarget = 13,
  PauseWithoutLimit = 14,
  MetricOutsideConfigure = 15,
  MetricMalformed = 16,
  TooManyCallouts = 17,
  StatusOutsideClose = 18,
  StreamGone = 19,
}

let logged: u32 = 0;

/** Logs `text` unless this kind was logged before, and answers Refused. */
export function refuse(kind: Refusal, text: string): Status {
  const bit: u32 = 1 << (<u32>kind);
  if ((logged & bit) == 0) {
    logged |= bit;
    log(LogLevel.Error, text);
  }
  return Status.Refused;
}
