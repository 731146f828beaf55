// What the pipeline itself can say: that a request could not be read. It denies then, unless `failOpen` is set.
import { GrpcStatus, StatusTable } from "./status-table";
import { Mode } from "./verdict";

export const enum RequestStatus {
  HeadersUnreadable = 0,
  BodyUnreadable,
}

/** The table of the pipeline. Allocates: configure time only. */
export function requestStatuses(): StatusTable {
  const t = new StatusTable("request");
  t.add(RequestStatus.HeadersUnreadable, "headers_unreadable", 400, GrpcStatus.Internal, Mode.Enforce, "The headers could not be read.");
  t.add(RequestStatus.BodyUnreadable, "body_unreadable", 500, GrpcStatus.Internal, Mode.Enforce, "The body could not be read.");
  return t;
}
