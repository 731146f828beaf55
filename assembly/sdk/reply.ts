// Local replies. Envoy sends any status (0, 99 and 1000 go out as they are; 204 gets its body), drops
// a malformed header block without a word and writes control bytes raw, so all of it is checked here.
// HttpStream.reply is the door: it knows whether a reply is possible at all.
import { Status } from "../abi/constants";
import { proxy_send_local_response } from "../abi/env";
import { PairsStatus } from "../abi/pairs";
import { PairsWriter } from "../abi/pairs-writer";
import { Refusal, refuse } from "./refusal";
import { View } from "../abi/view";

/** No gRPC status of our own: Envoy derives it from the HTTP status for a gRPC request. */
export const noGrpcStatus: i32 = -1;

/** Checks and sends a reply on the effective context. Refused when Envoy should not send it. */
export function sendReply(
  status: u32,
  body: usize,
  bodyLength: u32,
  headers: PairsWriter | null,
  details: View | null,
  grpcStatus: i32,
): Status {
  const noBody = status == 204 || status == 304;
  if (status < 200 || status > 599 || (noBody && bodyLength > 0)) return malformed();
  let block: usize = 0;
  let blockLength: u32 = 0;
  if (headers !== null) {
    if (headers.finish() != PairsStatus.Ok) return malformed();
    block = headers.ptr;
    blockLength = headers.length;
  }
  const why = details !== null ? details.ptr : 0;
  const whyLength = details !== null ? details.length : 0;
  return <Status>(
    proxy_send_local_response(
      status,
      why,
      whyLength,
      body,
      bodyLength,
      block,
      blockLength,
      grpcStatus,
    )
  );
}

function malformed(): Status {
  return refuse(Refusal.ReplyMalformed, "refused: malformed reply");
}
