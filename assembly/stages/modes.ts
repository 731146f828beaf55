// `mode` and `modes` of a stage's section: what a violation leads to, for the stage as a whole and
// for single statuses. A status that is off by default is switched on by naming it in `modes`.
import { ConfigValue } from "../config/value";
import { Judge } from "./judge";
import { StatusTable } from "./status-table";
import { Mode, modeName } from "./verdict";

/** Sets the modes of `judge` from `section.mode` and `section.modes`. */
export function readModes(section: ConfigValue, judge: Judge, table: StatusTable): void {
  const whole = choose(section.get("mode"), Mode.Shadow, Mode.Enforce);
  const modes = section.get("modes");
  for (let status = 0; status < table.rows.length; status++) {
    const row = table.rows[status];
    const usual = row.defaultMode == Mode.Enforce ? whole : row.defaultMode;
    judge.setMode(status, choose(modes.get(row.name), Mode.Off, usual));
  }
}

/** The mode a value names, from `least` to Enforce; `fallback` when it is absent or wrong. */
function choose(value: ConfigValue, least: Mode, fallback: Mode): Mode {
  const names: string[] = [];
  for (let mode = <i32>least; mode <= <i32>Mode.Enforce; mode++) names.push(modeName(<Mode>mode));
  return <Mode>(<i32>least + value.choice(names, <i32>fallback - <i32>least));
}
