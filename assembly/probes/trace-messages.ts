// Messages the probe filter sends: local replies and callouts.
import {
  proxy_grpc_call,
  proxy_grpc_cancel,
  proxy_grpc_close,
  proxy_grpc_send,
  proxy_grpc_stream,
  proxy_http_call,
  proxy_send_local_response,
} from "../abi/env";
import { argumentAt, argumentSize, isWord, numberAt } from "./trace-script";
import { integer } from "./trace-log";
import { OUT, outNumber32, pairsFromWords, rememberCaller } from "./trace-values";
import { scratch } from "./trace-headers";

/** reply code details body grpc [name value ...]; replyraw code body block (header block as given) */
export function sendReply(): bool {
  if (isWord(0, "reply")) {
    const size = pairsFromWords(5, scratch());
    integer(
      proxy_send_local_response(
        <i32>numberAt(1),
        argumentAt(2),
        argumentSize(2),
        argumentAt(3),
        argumentSize(3),
        scratch(),
        size,
        <i32>numberAt(4),
      ),
    );
  } else if (isWord(0, "replyraw")) {
    integer(
      proxy_send_local_response(
        <i32>numberAt(1),
        0,
        0,
        argumentAt(2),
        argumentSize(2),
        argumentAt(3),
        argumentSize(3),
        -1,
      ),
    );
  } else return false;
  return true;
}

/**
 * call cluster timeoutMs body [name value ...]; grpc cluster service method message timeoutMs [name value ...];
 * gstream cluster service method [name value ...]; gsend id message end; gclose id; cancel id
 */
export function httpCall(contextId: u32): bool {
  if (isWord(0, "call")) callHttp();
  else if (isWord(0, "grpc")) callGrpc();
  else if (isWord(0, "gstream")) openStream();
  else return openCall();
  rememberCaller(contextId);
  outNumber32();
  return true;
}

function callHttp(): void {
  const size = pairsFromWords(4, scratch());
  integer(
    proxy_http_call(
      argumentAt(1),
      argumentSize(1),
      scratch(),
      size,
      argumentAt(3),
      argumentSize(3),
      0,
      0,
      <i32>numberAt(2),
      OUT + 8,
    ),
  );
}

function callGrpc(): void {
  const size = pairsFromWords(6, scratch());
  integer(
    proxy_grpc_call(
      argumentAt(1),
      argumentSize(1),
      argumentAt(2),
      argumentSize(2),
      argumentAt(3),
      argumentSize(3),
      scratch(),
      size,
      argumentAt(4),
      argumentSize(4),
      <i32>numberAt(5),
      OUT + 8,
    ),
  );
}

function openStream(): void {
  const size = pairsFromWords(4, scratch());
  integer(
    proxy_grpc_stream(
      argumentAt(1),
      argumentSize(1),
      argumentAt(2),
      argumentSize(2),
      argumentAt(3),
      argumentSize(3),
      scratch(),
      size,
      OUT + 8,
    ),
  );
}

/** What can be done with a call that is under way. */
function openCall(): bool {
  if (isWord(0, "gsend")) {
    const last = <i32>numberAt(3);
    integer(proxy_grpc_send(<i32>numberAt(1), argumentAt(2), argumentSize(2), last));
  } else if (isWord(0, "gclose")) integer(proxy_grpc_close(<i32>numberAt(1)));
  else if (isWord(0, "cancel")) integer(proxy_grpc_cancel(<i32>numberAt(1)));
  else return false;
  return true;
}
