// The probe filter: it logs every callback with its arguments, makes the host calls its script asks for in that
// callback, and logs every result. The same module runs in the Node host and in Envoy, so that the two traces
// can be compared line by line. Trace records: `["@requestHeaders",context,count,eos]`, `["get 0 x-a",status,value]`,
// `["=",result]`. Script syntax: trace-script.ts.
import { proxy_get_buffer_bytes, proxy_get_header_map_value } from "../abi/env";
import {
  argumentSize,
  find,
  isWord,
  numberAt,
  operationSize,
  Section,
  split,
  usesLabels,
} from "./trace-script";
import { integer, open, send, text } from "./trace-log";
import { OUT } from "./trace-values";
import { run } from "./trace-operations";
import "../abi/abort";

/** What the probe knows of one context; streams point to their root. */
@final
class Context {
  root: Context | null = null;
  script: usize = 0;
  scriptSize: u32 = 0;
  labelled: bool = false;
  label: string = "";
  requestBodies: u32 = 0;
  responseBodies: u32 = 0;
  calls: u32 = 0;
}

let contexts: Map<u32, Context> | null = null;
let section: Section | null = null;
let depth: i64 = 0;

function contextOf(id: u32): Context {
  if (contexts == null) contexts = new Map<u32, Context>();
  const all = contexts!;
  if (!all.has(id)) all.set(id, new Context());
  return all.get(id);
}

function rootOf(context: Context): Context {
  const root = context.root;
  return root == null ? context : root;
}

/** Narrowest section first: label, then call number or end of stream, then the plain name. */
function locate(context: Context, name: string, nth: u32, endOfStream: bool): Section | null {
  if (section == null) section = new Section();
  const found = section!;
  const root = rootOf(context);
  for (let labelled = context.label.length > 0 ? 1 : 0; labelled >= 0; labelled--) {
    const full = labelled ? context.label + "/" + name : name;
    if (nth > 0 && find(root.script, root.scriptSize, full + "#" + nth.toString(), found)) {
      return found;
    }
    if (endOfStream && find(root.script, root.scriptSize, full + ".end", found)) return found;
    if (find(root.script, root.scriptSize, full, found)) return found;
  }
  return null;
}

/** Run the section of this callback; the result is what its `return` says, else `otherwise`. */
function play(id: u32, name: string, nth: u32, endOfStream: bool, otherwise: i32): i32 {
  let result = otherwise;
  const found = locate(contextOf(id), name, nth, endOfStream);
  if (found != null) {
    // Copied, since a host call may come back into this module and look up another section.
    let ptr = found.ptr;
    let left = found.size;
    while (left > 0) {
      const size = operationSize(ptr, left);
      if (size > 0) {
        split(ptr, size);
        if (isWord(0, "return")) result = <i32>numberAt(1);
        else if (isWord(0, "trap")) trap();
        else run(ptr, size, id);
      }
      const step = size + 1 < left ? size + 1 : left;
      ptr += step;
      left -= step;
    }
  }
  return result;
}

/** trap (unreachable) · trap memory (out of bounds) · trap stack (endless recursion) */
function trap(): void {
  if (isWord(1, "memory")) load<u8>(0xfffffff0);
  else if (isWord(1, "stack")) recurse(argumentSize(1));
  else unreachable();
}

function recurse(n: i64): i64 {
  depth = n;
  return recurse(n + 1) + depth;
}

function enter(name: string, id: u32): void {
  open();
  text("@" + name);
  integer(id);
}

function returned(result: i32): i32 {
  open();
  text("=");
  integer(result);
  send();
  return result;
}

/** A callback without arguments and without a result. */
function plain(name: string, id: u32): void {
  enter(name, id);
  send();
  play(id, name, 0, false, 0);
}

/** A callback with two numbers and a result. */
function answered(name: string, id: u32, a: u32, b: u32, nth: u32, endOfStream: bool): i32 {
  enter(name, id);
  integer(a);
  integer(b);
  send();
  return returned(play(id, name, nth, endOfStream, 0));
}

/** Marker of the ABI version. */
export function proxy_abi_version_0_2_1(): void {}

/** Memory for what the host returns; never freed, since a probe lives for a few requests. */
export function malloc(size: u32): usize {
  return heap.alloc(size);
}

export function proxy_on_context_create(id: u32, parent: u32): void {
  const context = contextOf(id);
  if (parent != 0) context.root = contextOf(parent);
  enter("create", id);
  integer(parent);
  send();
  // A root has no script before its configuration: what it does here is fixed by the module.
  if (parent != 0) play(id, "create", 0, false, 0);
}

export function proxy_on_vm_start(id: u32, size: u32): i32 {
  enter("vmStart", id);
  integer(size);
  send();
  // The VM configuration is the only script there is at this point.
  readScript(id, 6, size);
  return returned(play(id, "vmStart", 0, false, 1));
}

export function proxy_on_configure(id: u32, size: u32): i32 {
  enter("configure", id);
  integer(size);
  send();
  if (size > 0) readScript(id, 7, size);
  return returned(play(id, "configure", 0, false, 1));
}

function readScript(id: u32, type: i32, size: u32): void {
  if (size == 0 || proxy_get_buffer_bytes(type, 0, size, OUT, OUT + 4) != 0) return;
  const context = contextOf(id);
  context.script = load<u32>(OUT);
  context.scriptSize = load<u32>(OUT, 4);
  context.labelled = usesLabels(context.script, context.scriptSize);
}

export function proxy_on_tick(id: u32): void {
  plain("tick", id);
}

export function proxy_on_queue_ready(id: u32, queue: u32): void {
  enter("queueReady", id);
  integer(queue);
  send();
  play(id, "queueReady", 0, false, 0);
}

export function proxy_on_request_headers(id: u32, count: u32, endOfStream: u32): i32 {
  const context = contextOf(id);
  if (rootOf(context).labelled) context.label = labelHeader();
  return answered("requestHeaders", id, count, endOfStream, 0, endOfStream != 0);
}

function labelHeader(): string {
  const name = memory.data<u8>([0x78, 0x2d, 0x73]);
  if (proxy_get_header_map_value(0, name, 3, OUT, OUT + 4) != 0) return "";
  return String.UTF8.decodeUnsafe(load<u32>(OUT), load<u32>(OUT, 4));
}

export function proxy_on_request_body(id: u32, size: u32, endOfStream: u32): i32 {
  const nth = ++contextOf(id).requestBodies;
  return answered("requestBody", id, size, endOfStream, nth, endOfStream != 0);
}

export function proxy_on_request_trailers(id: u32, count: u32): i32 {
  return answered("requestTrailers", id, count, 0, 0, false);
}

export function proxy_on_response_headers(id: u32, count: u32, endOfStream: u32): i32 {
  return answered("responseHeaders", id, count, endOfStream, 0, endOfStream != 0);
}

export function proxy_on_response_body(id: u32, size: u32, endOfStream: u32): i32 {
  const nth = ++contextOf(id).responseBodies;
  return answered("responseBody", id, size, endOfStream, nth, endOfStream != 0);
}

export function proxy_on_response_trailers(id: u32, count: u32): i32 {
  return answered("responseTrailers", id, count, 0, 0, false);
}

export function proxy_on_new_connection(id: u32): i32 {
  return answered("newConnection", id, 0, 0, 0, false);
}

export function proxy_on_downstream_data(id: u32, size: u32, endOfStream: u32): i32 {
  return answered("downstreamData", id, size, endOfStream, 0, endOfStream != 0);
}

export function proxy_on_upstream_data(id: u32, size: u32, endOfStream: u32): i32 {
  return answered("upstreamData", id, size, endOfStream, 0, endOfStream != 0);
}

export function proxy_on_downstream_connection_close(id: u32, peer: u32): void {
  answered("downstreamClose", id, peer, 0, 0, false);
}

export function proxy_on_upstream_connection_close(id: u32, peer: u32): void {
  answered("upstreamClose", id, peer, 0, 0, false);
}

export function proxy_on_http_call_response(
  id: u32,
  token: u32,
  headers: u32,
  bodySize: u32,
  trailers: u32,
): void {
  enter("callResponse", id);
  integer(token);
  integer(headers);
  integer(bodySize);
  integer(trailers);
  send();
  const nth = ++contextOf(id).calls;
  play(id, "callResponse", nth, false, 0);
}

export function proxy_on_grpc_receive_initial_metadata(id: u32, token: u32, count: u32): void {
  grpcEvent("grpcInitial", id, token, count);
}

export function proxy_on_grpc_receive(id: u32, token: u32, size: u32): void {
  grpcEvent("grpcReceive", id, token, size);
}

export function proxy_on_grpc_receive_trailing_metadata(id: u32, token: u32, count: u32): void {
  grpcEvent("grpcTrailing", id, token, count);
}

export function proxy_on_grpc_close(id: u32, token: u32, status: i32): void {
  grpcEvent("grpcClose", id, token, status);
}

function grpcEvent(name: string, id: u32, token: u32, value: i32): void {
  enter(name, id);
  integer(token);
  integer(value);
  send();
  play(id, name, 0, false, 0);
}

export function proxy_on_log(id: u32): void {
  plain("log", id);
}

/** Streams and roots share the callback; scripts name the root's `rootDone` and `rootDelete`. */
export function proxy_on_done(id: u32): i32 {
  const name = contextOf(id).root == null ? "rootDone" : "done";
  enter(name, id);
  send();
  return returned(play(id, name, 0, false, 1));
}

export function proxy_on_delete(id: u32): void {
  plain(contextOf(id).root == null ? "rootDelete" : "delete", id);
}
