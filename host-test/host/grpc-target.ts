// Where a gRPC call goes: `service` of the host call is a serialized envoy.config.core.v3.GrpcService, or a cluster name
// when its bytes are no message. Envoy tries the message first, so a name that happens to parse as one is one.
import { latin1Of } from "./bytes.ts";
import { lowerName } from "./header-map.ts";
import { readFields, type ProtoField } from "./protobuf.ts";
import type { Header } from "./types.ts";

export interface GrpcTarget {
  /** Cluster, or target URI with google_grpc. */
  name: string;
  authority: string;
  initialMetadata: Header[];
  /** Google's client library: any address, no cluster, other failure texts. */
  google: boolean;
  /** The bytes were a plain cluster name. */
  plain: boolean;
}

const nothing = new Uint8Array(0);

/** The last field of that number wins, as in proto3. */
function last(fields: ProtoField[], number: number): Uint8Array | undefined {
  return fields.findLast((field) => field.number === number)?.bytes;
}

/** Undefined: a message that names no target, which Envoy does not survive. */
export function readTarget(service: Uint8Array): GrpcTarget | undefined {
  const fields = readFields(service);
  if (fields === undefined) {
    const name = latin1Of(service);
    return { name, authority: name, initialMetadata: [], google: false, plain: true };
  }
  const oneof = fields.findLast((field) => field.number === 1 || field.number === 2);
  if (oneof === undefined) return undefined;
  const google = oneof.number === 2;
  const inner = readFields(oneof.bytes) ?? [];
  const name = latin1Of(last(inner, 1) ?? nothing);
  const authority = google ? "" : latin1Of(last(inner, 2) ?? nothing);
  const initialMetadata = fields
    .filter((field) => field.number === 5)
    .map((field) => headerValue(field.bytes));
  return {
    name,
    authority: authority === "" ? name : authority,
    initialMetadata,
    google,
    plain: false,
  };
}

/** config.core.v3.HeaderValue: key 1, value 2, raw_value 3. */
function headerValue(bytes: Uint8Array): Header {
  const fields = readFields(bytes) ?? [];
  const value = last(fields, 2) ?? last(fields, 3) ?? nothing;
  return [lowerName(latin1Of(last(fields, 1) ?? nothing)), latin1Of(value)];
}
