// The statuses of one stage: a stable name, what it answers over HTTP and gRPC, the mode it has when the
// configuration does not say otherwise, and its text. Counters, audit lines, denials, the configuration's `modes` and
// the filter's page all come from these rows; a stage writes them as one text, which Node reads as it is.
import { Mode, modeOf } from "./verdict";

@final
export class StatusRow {
  /** Number of the policy's rule that a row speaks for, from 0; -1 for most. */
  rule: i32 = -1;

  constructor(
    /** Name without the stage, for example `too_many_headers`. */
    public name: string,
    public httpStatus: u32,
    /** grpc/grpc statuscodes.md. */
    public grpcStatus: u32,
    public defaultMode: Mode,
    /** One sentence for the client and the page. Says what is wrong, never what was sent. */
    public text: string,
    /** Name of the policy that a row speaks for, repeated in audit lines; empty for most. */
    public policy: string = "",
  ) {}
}

/** Columns of a line. */
const COLUMNS = 5;

@final
export class StatusTable {
  readonly rows: Array<StatusRow> = [];

  /**
   * @param stage first part of every code, for example `limits`
   * @param text lines of `name | http | grpc | mode | text`, in the order of the stage's enum
   */
  constructor(
    readonly stage: string,
    text: string,
  ) {
    const lines = text.split("\n");
    for (let i = 0; i < lines.length; i++) {
      const cells = lines[i].split("|");
      if (cells.length == COLUMNS) this.rows.push(rowOf(cells));
    }
  }
}

function rowOf(cells: string[]): StatusRow {
  const http = <u32>I32.parseInt(cells[1].trim());
  const grpc = <u32>I32.parseInt(cells[2].trim());
  return new StatusRow(cells[0].trim(), http, grpc, modeOf(cells[3].trim()), cells[4].trim());
}
