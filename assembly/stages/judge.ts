// Where a rule of a stage says that it was broken, and learns whether that ends the request. It
// knows the mode of each status of its stage; rules know neither modes nor counters nor the host.
import { Findings } from "./findings";
import { StatusTable } from "./status-table";
import { Mode } from "./verdict";

@final
export class Judge {
  /** The exchange's list, set by the stage before rules run. */
  private findings: Findings | null = null;
  private stage: u32 = 0;
  private modes: StaticArray<u8> = [];

  constructor(table: StatusTable) {
    this.learn(table);
  }

  /** Takes the modes by default of a table; again when a stage has added rows at configure time. */
  learn(table: StatusTable): void {
    const rows = table.rows;
    this.modes = new StaticArray<u8>(rows.length);
    for (let i = 0; i < rows.length; i++) this.modes[i] = <u8>rows[i].defaultMode;
  }

  setMode(status: i32, mode: Mode): void {
    this.modes[status] = <u8>mode;
  }

  mode(status: i32): Mode {
    return <Mode>(<i32>this.modes[status]);
  }

  /** Whether the rule of this status is worth running. */
  looksFor(status: i32): bool {
    return this.modes[status] != <u8>Mode.Off;
  }

  /** Directs findings to a request; `stage` is the stage's place in the pipeline. */
  begin(findings: Findings, stage: u32): void {
    this.findings = findings;
    this.stage = stage;
  }

  /**
   * Notes a violation.
   * @param observed the number met, 0 when there is none; never a secret
   * @returns true when it denies the request: the caller stops and says so
   */
  found(status: i32, observed: u64 = 0, limit: u64 = 0): bool {
    const mode = this.mode(status);
    if (mode == Mode.Off) return false;
    const findings = this.findings;
    if (findings !== null) findings.add(this.stage, status, mode, observed, limit);
    return mode == Mode.Enforce;
  }

  /** Says more about the finding added last; see `Findings.note`. To be called when its status is not off. */
  note(ptr: usize, length: u32): void {
    const findings = this.findings;
    if (findings !== null) findings.note(ptr, length);
  }

  /** Notes a violation when `observed` is past `limit`; as `found`. */
  exceeds(status: i32, observed: u64, limit: u64): bool {
    return observed > limit && this.found(status, observed, limit);
  }
}
