// The host calls of a limited request and nothing else: no layer, no reading of what comes back, no decision. What it costs in Envoy
// is what any Wasm filter pays that reads the headers once, looks at the clock and either reads and writes one value of shared data
// or, configured with `{"deny":true}`, counts, asks for the log level and answers 429 with six headers and a body.
import { allocate, enter, leave } from "../../abi/arena";
import "../../abi/abort"; // The compiler's `--use abort=` finds it only when something loads it.
import { BufferType, MapType, MetricType } from "../../abi/constants";
import {
  proxy_define_metric,
  proxy_get_buffer_bytes,
  proxy_get_current_time_nanoseconds,
  proxy_get_header_map_pairs,
  proxy_get_log_level,
  proxy_get_shared_data,
  proxy_increment_metric,
  proxy_send_local_response,
  proxy_set_shared_data,
} from "../../abi/env";
import { PairsWriter } from "../../abi/pairs-writer";
import { View } from "../../abi/view";

const valueBytes: u32 = 1024;

let denies: bool = false;
let key: View = new View();
let body: View = new View();
let details: View = new View();
let headers: PairsWriter | null = null;

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: usize): usize {
  return allocate(size);
}

export function proxy_on_context_create(id: u32, parentId: u32): void {}

export function proxy_on_configure(id: u32, size: u32): bool {
  const answer = memory.data(16, 8);
  enter();
  proxy_get_buffer_bytes(BufferType.PluginConfiguration, 0, size, answer, answer + 4);
  denies = load<u8>(load<usize>(answer), 2) == 0x64;
  leave();
  // As long as the limiter's own keys.
  key = View.of("meshwarden/rl/0123456789abcdef/00000000");
  const blank = heap.alloc(valueBytes);
  memory.fill(blank, 0, valueBytes);
  proxy_set_shared_data(key.ptr, key.length, blank, valueBytes, 0);
  heap.free(blank);
  const name = View.of("floor_denials");
  proxy_define_metric(MetricType.Counter, name.ptr, name.length, metric());
  writeReply();
  return true;
}

export function proxy_on_request_headers(id: u32, count: u32, endOfStream: u32): i32 {
  const answer = memory.data(16, 8);
  enter();
  proxy_get_header_map_pairs(MapType.RequestHeaders, answer, answer + 4);
  proxy_get_current_time_nanoseconds(answer + 8);
  if (denies) deny(answer);
  else {
    proxy_get_shared_data(key.ptr, key.length, answer, answer + 4, answer + 8);
    const value = load<usize>(answer);
    proxy_set_shared_data(key.ptr, key.length, value, valueBytes, load<u32>(answer, 8));
  }
  leave();
  return denies ? 1 : 0;
}

export function proxy_on_response_headers(id: u32, count: u32, endOfStream: u32): i32 {
  return 0;
}

export function proxy_on_response_body(id: u32, size: u32, endOfStream: u32): i32 {
  return 0;
}

export function proxy_on_delete(id: u32): void {}

function deny(answer: usize): void {
  proxy_increment_metric(load<u32>(metric()), 1);
  proxy_get_log_level(answer);
  const block = headers;
  if (block === null) return;
  proxy_send_local_response(
    429,
    details.ptr,
    details.length,
    body.ptr,
    body.length,
    block.ptr,
    block.length,
    -1,
  );
}

/** Where the counter's id is. */
function metric(): usize {
  return memory.data(4, 4);
}

function writeReply(): void {
  details = View.of("ratelimit.limited");
  body = View.of(
    '{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Too Many Requests","status":429,' +
      '"code":"ratelimit.limited","detail":"Too many requests.","violated-policies":["user"]}',
  );
  const writer = new PairsWriter(6, 512);
  add(writer, "content-type", "application/problem+json");
  add(writer, "cache-control", "no-store");
  add(writer, "x-envoy-ratelimited", "true");
  add(writer, "retry-after", "86400");
  add(writer, "ratelimit-policy", '"user";q=1;w=86400');
  add(writer, "ratelimit", '"user";r=0;t=86400');
  writer.finish();
  headers = writer;
}

function add(writer: PairsWriter, name: string, value: string): void {
  const nameView = View.of(name);
  const valueView = View.of(value);
  writer.add(nameView.ptr, nameView.length, valueView.ptr, valueView.length);
}
