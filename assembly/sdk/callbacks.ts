// Every callback of ABI 0.2.1 as the host calls it. A filter re-exports from here exactly those it
// wants to be woken for (Envoy skips a callback whose export is missing) and calls `install` once.
// Ids that nobody knows get Continue and true: a trap would take down every stream of the worker.
import { allocate, isOutermost } from "../abi/arena";
import "../abi/abort"; // The compiler's `--use abort=` finds it only when something loads it.
import { BufferType } from "../abi/constants";
import { proxy_get_buffer_bytes } from "../abi/env";
import { addRoot, addStream, findPlugin, findStream, removeRoot, removeStream } from "./contexts";
import { enterCallback, leaveCallback } from "./effective";
import { setConfiguring, takesCollection } from "./lifecycle";
import { expirePauses } from "./stream/pause-limit";
import * as events from "./stream/events";
import { countTick } from "./stream/watch";

/** The marker by which a host knows the ABI. */
export function proxy_abi_version_0_2_1(): void {}

/** Memory for the host's answers; Envoy looks for this name first. */
export function malloc(size: usize): usize {
  return allocate(size);
}

/** The same under the name of the specification. */
export function proxy_on_memory_allocate(size: usize): usize {
  return allocate(size);
}

export function proxy_on_context_create(id: u32, parentId: u32): void {
  if (parentId == 0) {
    addRoot(id);
    return;
  }
  const plugin = findPlugin(parentId);
  if (plugin === null) return;
  const stream = addStream(id, plugin);
  if (stream === null) return;
  const outer = enterCallback(id);
  stream.onCreate();
  leaveCallback(outer);
}

export function proxy_on_vm_start(rootId: u32, size: u32): bool {
  const plugin = findPlugin(rootId);
  if (plugin === null) return true;
  const outer = enterCallback(rootId);
  setConfiguring(true);
  const ptr = configuration(BufferType.VmConfiguration, size);
  const started = plugin.onVmStart(ptr, ptr == 0 ? 0 : size);
  setConfiguring(false);
  leaveCallback(outer);
  return started;
}

export function proxy_on_configure(rootId: u32, size: u32): bool {
  const plugin = findPlugin(rootId);
  if (plugin === null) return true;
  const outer = enterCallback(rootId);
  setConfiguring(true);
  const ptr = configuration(BufferType.PluginConfiguration, size);
  // Bytes that were announced and cannot be read are no configuration at all.
  const accepted = (ptr != 0 || size == 0) && plugin.onConfigure(ptr, size);
  setConfiguring(false);
  leaveCallback(outer);
  // No managed object is on the stack now: the garbage of reading a configuration can go. The
  // collector of this runtime never runs by itself.
  // @ts-ignore: a built-in that the portable typings do not list
  if (isOutermost()) __collect();
  return accepted;
}

export function proxy_on_tick(rootId: u32): void {
  const plugin = findPlugin(rootId);
  if (plugin === null) return;
  const outer = enterCallback(rootId);
  if (countTick(plugin)) plugin.onTick();
  expirePauses(plugin);
  leaveCallback(outer);
  // As after configuring: no managed object is on the stack.
  // @ts-ignore: a built-in that the portable typings do not list
  if (isOutermost() && takesCollection()) __collect();
}

export function proxy_on_queue_ready(rootId: u32, queueId: u32): void {
  const plugin = findPlugin(rootId);
  if (plugin === null) return;
  const outer = enterCallback(rootId);
  plugin.onQueueReady(queueId);
  leaveCallback(outer);
}

export function proxy_on_request_headers(id: u32, count: u32, endOfStream: u32): i32 {
  const stream = findStream(id);
  if (stream === null) return 0;
  const outer = enterCallback(id);
  const action = events.requestHeaders(stream, count, endOfStream != 0);
  if (events.hasLeft(stream)) removeStream(stream);
  leaveCallback(outer);
  return action;
}

export function proxy_on_request_body(id: u32, size: u32, endOfStream: u32): i32 {
  const stream = findStream(id);
  if (stream === null) return 0;
  const outer = enterCallback(id);
  const action = events.requestBody(stream, size, endOfStream != 0);
  leaveCallback(outer);
  return action;
}

export function proxy_on_request_trailers(id: u32, count: u32): i32 {
  const stream = findStream(id);
  if (stream === null) return 0;
  const outer = enterCallback(id);
  const action = events.requestTrailers(stream, count);
  leaveCallback(outer);
  return action;
}

export function proxy_on_response_headers(id: u32, count: u32, endOfStream: u32): i32 {
  const stream = findStream(id);
  if (stream === null) return 0;
  const outer = enterCallback(id);
  const action = events.responseHeaders(stream, count, endOfStream != 0);
  leaveCallback(outer);
  return action;
}

export function proxy_on_response_body(id: u32, size: u32, endOfStream: u32): i32 {
  const stream = findStream(id);
  if (stream === null) return 0;
  const outer = enterCallback(id);
  const action = events.responseBody(stream, size, endOfStream != 0);
  leaveCallback(outer);
  return action;
}

export function proxy_on_response_trailers(id: u32, count: u32): i32 {
  const stream = findStream(id);
  if (stream === null) return 0;
  const outer = enterCallback(id);
  const action = events.responseTrailers(stream, count);
  leaveCallback(outer);
  return action;
}

export function proxy_on_log(id: u32): void {
  const stream = findStream(id);
  if (stream === null) return;
  const outer = enterCallback(id);
  events.end(stream);
  stream.onLog();
  leaveCallback(outer);
}

export function proxy_on_done(id: u32): bool {
  const stream = findStream(id);
  if (stream === null) return rootDone(id);
  const outer = enterCallback(id);
  events.end(stream);
  stream.onDone();
  leaveCallback(outer);
  return true;
}

export function proxy_on_delete(id: u32): void {
  const stream = findStream(id);
  if (stream === null) {
    rootDelete(id);
    return;
  }
  const outer = enterCallback(id);
  events.end(stream);
  stream.onDelete();
  removeStream(stream);
  leaveCallback(outer);
}

function rootDone(id: u32): bool {
  const plugin = findPlugin(id);
  if (plugin === null) return true;
  const outer = enterCallback(id);
  const done = plugin.onDone();
  leaveCallback(outer);
  return done;
}

function rootDelete(id: u32): void {
  const plugin = findPlugin(id);
  if (plugin === null) return;
  const outer = enterCallback(id);
  plugin.onDelete();
  removeRoot(plugin);
  leaveCallback(outer);
}

/** Address of the configuration bytes, 0 when there are none or the host will not give them. */
function configuration(buffer: BufferType, size: u32): usize {
  if (size == 0) return 0;
  const answer = memory.data(8, 4);
  store<u64>(answer, 0);
  proxy_get_buffer_bytes(buffer, 0, size, answer, answer + 4);
  return load<u32>(answer, 4) == size ? load<usize>(answer) : 0;
}
