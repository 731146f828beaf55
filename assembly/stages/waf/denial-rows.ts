// Rows of the status table for the HTTP statuses that rules deny with: `denied` for 403, `denied_N` for another.
import { StatusRow, StatusTable } from "../status-table";
import { Mode } from "../verdict";
import { WafStatus } from "./status";

/** Place of the row for a status, added when it is new; new rows only at configure time. */
export function denialRow(table: StatusTable, status: u32): i32 {
  if (status == 403 || status == 0) return WafStatus.Denied;
  const rows = table.rows;
  for (let i = <i32>WafStatus.Denied + 1; i < rows.length; i++)
    if (rows[i].httpStatus == status) return i;
  const text = "A rule of the firewall denied the request.";
  rows.push(new StatusRow(`denied_${status}`, status, 7, Mode.Enforce, text));
  return rows.length - 1;
}
