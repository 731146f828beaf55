// Rows of the status table for the HTTP statuses that rules deny with: `denied` for 403, `denied_N` for another. They are
// added when the configuration is read, because counters and replies are prepared then.
import { Disruption } from "../../waf/model/rule";
import { RuleSet } from "../../waf/model/rule-set";
import { StatusRow, StatusTable } from "../status-table";
import { Mode } from "../verdict";
import { WafStatus } from "./status";

/** Status of `redirect` without one of its own. */
const REDIRECT_STATUS: u32 = 302;

/** Adds a row for every status that a rule set denies with. Configure time only. */
export function addDenialRows(table: StatusTable, rules: RuleSet): void {
  for (let phase = 1; phase <= 5; phase++) {
    addRow(table, rules.defaults[phase].status);
    const list = rules.phases[phase].rules;
    for (let i = 0; i < list.length; i++) {
      addRow(table, list[i].status);
      if (list[i].disruption == Disruption.Redirect) addRow(table, REDIRECT_STATUS);
    }
  }
}

function addRow(table: StatusTable, status: u32): void {
  if (status == 0 || status == 403 || denialRow(table, status) != WafStatus.Denied) return;
  const text = "A rule of the firewall denied the request.";
  table.rows.push(new StatusRow(`denied_${status}`, status, 7, Mode.Enforce, text));
}

/** Place of the row for a status; `denied` for one that has none. */
export function denialRow(table: StatusTable, status: u32): i32 {
  const rows = table.rows;
  for (let i = <i32>WafStatus.Denied + 1; i < rows.length; i++) {
    if (rows[i].httpStatus == status) return i;
  }
  return WafStatus.Denied;
}
