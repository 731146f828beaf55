// The statuses of one stage: a stable code, what it answers over HTTP and gRPC, its text, and the mode it has when the configuration
// does not say otherwise. Counters, audit lines, denials, the configuration's `modes` and the filter's page all come from
// these rows.
import { Mode } from "./verdict";

/** gRPC status numbers (grpc/grpc statuscodes.md) that denials use. */
export const enum GrpcStatus {
  InvalidArgument = 3,
  PermissionDenied = 7,
  ResourceExhausted = 8,
  Unimplemented = 12,
  Internal = 13,
  Unavailable = 14,
  Unauthenticated = 16,
}

@final
export class StatusRow {
  constructor(
    /** Name without the stage, for example `too_many_headers`. */
    public name: string,
    public httpStatus: u32,
    public grpcStatus: u32,
    public defaultMode: Mode,
    /** One sentence for the client and the page. Says what is wrong, never what was sent. */
    public text: string,
  ) {}
}

@final
export class StatusTable {
  readonly rows: Array<StatusRow> = [];

  /** @param stage first part of every code, for example `limits` */
  constructor(readonly stage: string) {}

  /**
   * Adds a row; `status` is its place, so rows must be added in the order of the stage's enum.
   */
  add(status: i32, name: string, http: u32, grpc: GrpcStatus, mode: Mode, text: string): void {
    assert(status == this.rows.length, name);
    this.rows.push(new StatusRow(name, http, grpc, mode, text));
  }

  /** The stable code, for example `limits.too_many_headers`. Allocates: configure time only. */
  code(status: i32): string {
    return this.stage + "." + this.rows[status].name;
  }

  /** Number of the status with this name (without the stage), or -1. */
  find(name: string): i32 {
    for (let i = 0; i < this.rows.length; i++) if (this.rows[i].name == name) return i;
    return -1;
  }
}
