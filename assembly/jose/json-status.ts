// JSON failures as statuses of a token: the three that are attacks of their own (duplicate names,
// bad UTF-8, lone surrogates) keep their names, everything else is bad JSON. RFC 7515 §4 and RFC
// 7519 §4 leave duplicates to the verifier; ours refuses them.
import { JsonStatus } from "../json/status";
import { JwtStatus } from "./status";

/** The status of a header that the reader refused. */
export function headerStatus(status: JsonStatus): JwtStatus {
  if (status == JsonStatus.DuplicateName) return JwtStatus.HeaderDuplicate;
  if (status == JsonStatus.InvalidUtf8) return JwtStatus.HeaderUtf8;
  if (status == JsonStatus.LoneSurrogate) return JwtStatus.HeaderSurrogate;
  return JwtStatus.HeaderJson;
}

/** The status of claims that the reader refused. */
export function payloadStatus(status: JsonStatus): JwtStatus {
  if (status == JsonStatus.DuplicateName) return JwtStatus.PayloadDuplicate;
  if (status == JsonStatus.InvalidUtf8) return JwtStatus.PayloadUtf8;
  if (status == JsonStatus.LoneSurrogate) return JwtStatus.PayloadSurrogate;
  return JwtStatus.PayloadJson;
}
