// A time as audit logs write it, in UTC: `2026/11/27 10:36:51` (Coraza) or `Fri Nov 27 10:36:51 2026` (ModSecurity).
// Days to a date by the civil calendar's era arithmetic (Howard Hinnant, "chrono-compatible low-level date algorithms").
import { AuditWriter } from "./audit-writer";

const DAYS: string = "ThuFriSatSunMonTueWed";
const MONTHS: string = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** @param named with the names of day and month, as asctime writes it */
export function putDate(out: AuditWriter, timeNs: u64, named: bool): void {
  const seconds = timeNs / 1000000000;
  const days = <u32>(seconds / 86400);
  const shifted = days + 719468;
  const era = shifted / 146097;
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  if (named) {
    name(out, DAYS, days % 7);
    out.put(" ");
    name(out, MONTHS, month - 1);
    out.put(" ");
    out.pair(day);
  } else {
    out.number(year);
    out.put("/");
    out.pair(month);
    out.put("/");
    out.pair(day);
  }
  out.put(" ");
  out.pair(<u32>((seconds / 3600) % 24));
  out.put(":");
  out.pair(<u32>((seconds / 60) % 60));
  out.put(":");
  out.pair(<u32>(seconds % 60));
  if (!named) return;
  out.put(" ");
  out.number(year);
}

/** Three letters of a list of names. */
function name(out: AuditWriter, names: string, index: u32): void {
  for (let i: u32 = 0; i < 3; i++) out.letter(<u8>names.charCodeAt(index * 3 + i));
}
