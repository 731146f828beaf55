// Is a request the start of a tunnel? Envoy strips `upgrade` unless the request is a real upgrade
// that its configuration allows, so the header's presence is enough; CONNECT is told by its method.
// A filter that buffers the frames of a WebSocket breaks it for good, so body phases are switched off.
// Looked up after the filter's own headers callback: a filter may have taken the header out.
import { MapType, Status } from "../../abi/constants";
import { proxy_get_header_map_value } from "../../abi/env";
import { StreamBit } from "../stream-state";

/** UpgradeAsked, Connect or 0, from the request headers of the effective context. */
export function askedTunnel(): u32 {
  const name = memory.data<u8>([0x75, 0x70, 0x67, 0x72, 0x61, 0x64, 0x65]); // upgrade
  const answer = memory.data(8, 4);
  if (read(MapType.RequestHeaders, name, 7, answer) && load<u32>(answer, 4) > 0) {
    return StreamBit.UpgradeAsked;
  }
  const method = memory.data<u8>([0x3a, 0x6d, 0x65, 0x74, 0x68, 0x6f, 0x64]); // :method
  const connect = memory.data<u8>([0x43, 0x4f, 0x4e, 0x4e, 0x45, 0x43, 0x54]); // CONNECT
  if (!read(MapType.RequestHeaders, method, 7, answer) || load<u32>(answer, 4) != 7) return 0;
  return memory.compare(load<usize>(answer), connect, 7) == 0 ? StreamBit.Connect : 0;
}

/** Does the response head open the tunnel? 101, or any 2xx to CONNECT. */
export function opensTunnel(asked: u32): bool {
  const name = memory.data<u8>([0x3a, 0x73, 0x74, 0x61, 0x74, 0x75, 0x73]); // :status
  const answer = memory.data(8, 4);
  if (!read(MapType.ResponseHeaders, name, 7, answer) || load<u32>(answer, 4) != 3) return false;
  const status = load<usize>(answer);
  const first = load<u8>(status);
  if ((asked & StreamBit.Connect) != 0) return first == 0x32;
  return first == 0x31 && load<u8>(status, 1) == 0x30 && load<u8>(status, 2) == 0x31;
}

function read(map: MapType, name: usize, length: u32, answer: usize): bool {
  return <Status>proxy_get_header_map_value(map, name, length, answer, answer + 4) == Status.Ok;
}
