// The host calls of a remembered token and nothing else: reads `:path` and `authorization`, looks at the clock and takes the header out, as
// jwt.wasm does at its defaults where a rule asks by path. What it costs in Envoy is what any Wasm filter pays that is given a token.
import { allocate, enter, leave } from "../../abi/arena";
import "../../abi/abort"; // The compiler's `--use abort=` finds it only when something loads it.
import { MapType } from "../../abi/constants";
import {
  proxy_get_current_time_nanoseconds,
  proxy_get_header_map_value,
  proxy_remove_header_map_value,
} from "../../abi/env";
import { View } from "../../abi/view";

let name: View = new View();
let path: View = new View();

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: usize): usize {
  return allocate(size);
}

export function proxy_on_context_create(id: u32, parentId: u32): void {}

export function proxy_on_configure(id: u32, size: u32): bool {
  name = View.of("authorization");
  path = View.of(":path");
  return true;
}

export function proxy_on_request_headers(id: u32, count: u32, endOfStream: u32): i32 {
  const answer = memory.data(16, 8);
  const type = MapType.RequestHeaders;
  enter();
  proxy_get_header_map_value(type, path.ptr, path.length, answer, answer + 4);
  proxy_get_header_map_value(type, name.ptr, name.length, answer, answer + 4);
  proxy_get_current_time_nanoseconds(answer + 8);
  proxy_remove_header_map_value(type, name.ptr, name.length);
  leave();
  return 0;
}

export function proxy_on_delete(id: u32): void {}
