// What a script may ask the probe filter to do: one function for each subject, every result written to the trace.
// The words are short because scripts are read next to their traces; host-test/cases/README.md lists them.
import {
  proxy_call_foreign_function,
  proxy_close_stream,
  proxy_continue_stream,
  proxy_define_metric,
  proxy_dequeue_shared_queue,
  proxy_done,
  proxy_enqueue_shared_queue,
  proxy_get_current_time_nanoseconds,
  proxy_get_log_level,
  proxy_get_metric,
  proxy_get_property,
  proxy_get_shared_data,
  proxy_get_status,
  proxy_increment_metric,
  proxy_log,
  proxy_record_metric,
  proxy_register_shared_queue,
  proxy_resolve_shared_queue,
  proxy_set_effective_context,
  proxy_set_property,
  proxy_set_shared_data,
  proxy_set_tick_period_milliseconds,
} from "../abi/env";
import { argumentAt, argumentCount, argumentSize, isWord, numberAt } from "./trace-script";
import { bytes, integer, open, send } from "./trace-log";
import {
  callerOfLastCall,
  clearOut,
  MARK,
  OUT,
  outBytes,
  outNumber32,
  outNumber64,
} from "./trace-values";
import { bufferOperation, headerOperation } from "./trace-headers";
import { httpCall, sendReply } from "./trace-messages";

let lastMetric: i32 = 0;
let lastQueue: i32 = 0;
/** Number of the last `sget`, for `sset key value read`. */
let lastCas: i32 = 0;

/** Run the operation that was just split and trace it as `[operation, status, result...]`. */
export function run(source: usize, sourceSize: u32, contextId: u32): void {
  open();
  bytes(source, sourceSize);
  clearOut();
  if (
    headerOperation() ||
    bufferOperation() ||
    sendReply() ||
    httpCall(contextId) ||
    controlOperation(contextId) ||
    storeOperation() ||
    metricOperation() ||
    environmentOperation()
  ) {
    send();
    return;
  }
  bytes(source, 0);
  send();
}

function controlOperation(contextId: u32): bool {
  if (isWord(0, "cont")) integer(proxy_continue_stream(<i32>numberAt(1)));
  else if (isWord(0, "close")) integer(proxy_close_stream(<i32>numberAt(1)));
  else if (isWord(0, "eff")) integer(proxy_set_effective_context(<i32>effective(contextId)));
  else if (isWord(0, "done")) integer(proxy_done());
  else if (isWord(0, "tick")) integer(proxy_set_tick_period_milliseconds(<i32>numberAt(1)));
  else return false;
  return true;
}

/** `eff stream` means the stream that made the last callout. */
function effective(contextId: u32): u32 {
  if (isWord(1, "stream")) return callerOfLastCall;
  if (isWord(1, "self")) return contextId;
  return <u32>numberAt(1);
}

function storeOperation(): bool {
  const a = argumentAt(1);
  const aSize = argumentSize(1);
  const b = argumentAt(2);
  const bSize = argumentSize(2);
  if (isWord(0, "sget")) {
    integer(proxy_get_shared_data(a, aSize, OUT, OUT + 4, OUT + 8));
    outBytes();
    outNumber32();
    lastCas = load<i32>(OUT, 8);
  } else if (isWord(0, "sset")) {
    const cas = isWord(3, "read") ? lastCas : <i32>numberAt(3);
    integer(proxy_set_shared_data(a, aSize, b, bSize, cas));
  } else if (isWord(0, "qreg")) {
    integer(proxy_register_shared_queue(a, aSize, OUT + 8));
    outNumber32();
    lastQueue = load<i32>(OUT, 8);
  } else if (isWord(0, "qres")) {
    integer(proxy_resolve_shared_queue(a, aSize, b, bSize, OUT + 8));
    outNumber32();
  } else if (isWord(0, "qpush")) {
    integer(proxy_enqueue_shared_queue(queue(), b, bSize));
  } else if (isWord(0, "qpop")) {
    integer(proxy_dequeue_shared_queue(queue(), OUT, OUT + 4));
    outBytes();
  } else return false;
  return true;
}

function queue(): i32 {
  return isWord(1, "last") ? lastQueue : <i32>numberAt(1);
}

function metric(): i32 {
  return isWord(1, "last") ? lastMetric : <i32>numberAt(1);
}

function metricOperation(): bool {
  if (isWord(0, "mdef")) {
    integer(proxy_define_metric(<i32>numberAt(1), argumentAt(2), argumentSize(2), OUT + 8));
    outNumber32();
    lastMetric = load<i32>(OUT, 8);
  } else if (isWord(0, "minc")) integer(proxy_increment_metric(metric(), numberAt(2)));
  else if (isWord(0, "mrec")) integer(proxy_record_metric(metric(), numberAt(2)));
  else if (isWord(0, "mget")) {
    integer(proxy_get_metric(metric(), OUT + 8));
    outNumber64();
  } else return false;
  return true;
}

function environmentOperation(): bool {
  if (isWord(0, "prop")) {
    const size = dotsToNul();
    integer(proxy_get_property(argumentAt(1), size, OUT, OUT + 4));
    outBytes();
  } else if (isWord(0, "has")) {
    const size = dotsToNul();
    integer(proxy_get_property(argumentAt(1), size, OUT, OUT + 4));
    if (load<u32>(OUT) != MARK) integer(load<u32>(OUT, 4) > 0 ? 1 : 0);
  } else if (isWord(0, "setprop")) {
    integer(proxy_set_property(argumentAt(1), argumentSize(1), argumentAt(2), argumentSize(2)));
  } else if (isWord(0, "log")) {
    integer(proxy_log(<i32>numberAt(1), argumentAt(2), argumentSize(2)));
  } else if (isWord(0, "logat")) {
    integer(proxy_log(2, <usize>numberAt(1), <u32>numberAt(2)));
  } else if (isWord(0, "level")) {
    integer(proxy_get_log_level(OUT + 8));
    outNumber32();
  } else if (isWord(0, "time")) {
    integer(proxy_get_current_time_nanoseconds(OUT + 8));
    integer(load<u64>(OUT, 8) > 0 ? 1 : 0);
  } else if (isWord(0, "status")) {
    integer(proxy_get_status(OUT + 8, OUT, OUT + 4));
    outNumber32();
    outBytes();
  } else if (isWord(0, "foreign")) {
    integer(
      proxy_call_foreign_function(
        argumentAt(1),
        argumentSize(1),
        argumentAt(2),
        argumentSize(2),
        OUT,
        OUT + 4,
      ),
    );
    outBytes();
  } else if (isWord(0, "grow")) {
    integer(memory.grow(<i32>numberAt(1)) < 0 ? 0 : 1);
  } else return false;
  return true;
}

/** Property paths are written with dots in scripts and with NUL on the wire; `..` keeps one dot. */
function dotsToNul(): u32 {
  const ptr = argumentAt(1);
  const size = argumentSize(1);
  let length: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    let byte = load<u8>(ptr + i);
    if (byte == 0x2e) {
      if (i + 1 < size && load<u8>(ptr + i + 1) == 0x2e) i++;
      else byte = 0;
    }
    store<u8>(ptr + length++, byte);
  }
  return length;
}
