// Shared data: bytes under a key, seen by all workers and all VMs with the same vm_id (in Istio: every
// Wasm plugin of the proxy). Treat what you read as somebody else's: prefix keys, check magic, version
// and length. There is no deletion and no expiry.
import { Status } from "../abi/constants";
import { proxy_get_shared_data, proxy_set_shared_data } from "../abi/env";
import { View } from "../abi/view";

/** A compare-and-swap number that no value has: on a key without value a set with it succeeds, and
 * fails when somebody else created the key in between (0 would overwrite it). */
export const createOnly: u32 = 0xffffffff;

let lastCas: u32 = 0;

/** Reads a value. NotFound: none (`value` is empty). The bytes are a copy for this callback. */
export function getShared(key: View, value: View): Status {
  value.clear();
  const cas = memory.data(4, 4);
  const slot = value.slot();
  const status = <Status>proxy_get_shared_data(key.ptr, key.length, slot, slot + 4, cas);
  lastCas = status == Status.Ok ? load<u32>(cas) : createOnly;
  return status;
}

/** Writes whatever is there now. */
export function setShared(key: View, ptr: usize, length: u32): Status {
  return <Status>proxy_set_shared_data(key.ptr, key.length, ptr, length, 0);
}

/** The compare-and-swap number that the last `getShared` read, `createOnly` when there was no value. */
export function lastCasNumber(): u32 {
  return lastCas;
}

/** Writes if the value still has the number `cas`, or with `createOnly` if there is none. CasMismatch: it has not.
 * 0 writes whatever is there. */
export function setSharedIf(key: View, ptr: usize, length: u32, cas: u32): Status {
  return <Status>proxy_set_shared_data(key.ptr, key.length, ptr, length, cas);
}

/** What one turn of `updateShared` makes of the value. */
export abstract class SharedUpdate {
  /** The new value; set by `next`, must live until `updateShared` returns. */
  ptr: usize = 0;
  length: u32 = 0;

  /** Looks at the value (empty and `found` false: none) and sets ptr and length. False: leave it. */
  abstract next(value: View, found: bool): bool;
}

/** Reads, lets `update` decide, and writes if nobody wrote in between; at most `tries` times, then
 * CasMismatch. `scratch` holds the value that was read. */
export function updateShared(key: View, update: SharedUpdate, scratch: View, tries: u32): Status {
  let status = Status.CasMismatch;
  for (let i: u32 = 0; i < tries && status == Status.CasMismatch; i++) {
    const read = getShared(key, scratch);
    if (read != Status.Ok && read != Status.NotFound) return read;
    const cas = lastCas;
    if (!update.next(scratch, read == Status.Ok)) return Status.Ok;
    status = <Status>proxy_set_shared_data(key.ptr, key.length, update.ptr, update.length, cas);
  }
  return status;
}
