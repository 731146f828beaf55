// The table names what the jose room can find, in its order: a status that moved would be counted and told as another one.
import { JwtStatus, jwtStatusName } from "../../jose/status";
import { StatusTable } from "../status-table";
import { JwtStageStatus, jwtStatuses } from "./status";
import { JWT_OK, rowOf } from "./token-row";

export function every_status_of_a_token_has_its_row(): void {
  const rows = new StatusTable("jwt", jwtStatuses).rows;
  assert(rows.length == rowOf(JwtStatus.ClaimMissing) + 1, "one row each");
  for (let status = <i32>JwtStatus.TokenTooLong; status <= <i32>JwtStatus.ClaimMissing; status++) {
    const name = "jwt." + rows[rowOf(<JwtStatus>status)].name;
    assert(name == jwtStatusName(<JwtStatus>status), name);
  }
}

export function nothing_wrong_has_no_row(): void {
  assert(rowOf(JwtStatus.Ok) == JWT_OK, "ok");
  assert(rowOf(JwtStatus.TokenTooLong) == <i32>JwtStageStatus.FirstOfToken, "first");
}
