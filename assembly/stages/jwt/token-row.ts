// Which row of the table says what the jose room found wrong with a token. Apart from the table, which Node reads as it is.
import { JwtStatus } from "../../jose/status";
import { JwtStageStatus } from "./status";

/** What an evaluation answers when nothing is wrong. */
export const JWT_OK: i32 = -1;
/** What it answers when keys are on their way. */
export const JWT_WAIT: i32 = -2;

/** The row of what is wrong with a token, JWT_OK for Ok. */
export function rowOf(status: JwtStatus): i32 {
  if (status == JwtStatus.Ok) return JWT_OK;
  return <i32>status - <i32>JwtStatus.TokenTooLong + <i32>JwtStageStatus.FirstOfToken;
}
