// Shared queues: one VM instance, the last to register, is told of a new item; any instance with the
// same vm_id may take it. They have no limit of their own, so a producer must have one.
import { Status } from "../abi/constants";
import {
  proxy_dequeue_shared_queue,
  proxy_enqueue_shared_queue,
  proxy_register_shared_queue,
  proxy_resolve_shared_queue,
} from "../abi/env";
import { View } from "../abi/view";

/** Id of the queue with this name, made when there is none; 0 when the host refuses. This instance will
 * get `onQueueReady`. Configure time. */
export function registerQueue(name: View): u32 {
  const slot = memory.data(4, 4);
  const status = <Status>proxy_register_shared_queue(name.ptr, name.length, slot);
  return status == Status.Ok ? load<u32>(slot) : 0;
}

/** Id of a queue that somebody registered under `vmId` (empty: our own), or 0. */
export function resolveQueue(vmId: View, name: View): u32 {
  const slot = memory.data(4, 4);
  const status = <Status>(
    proxy_resolve_shared_queue(vmId.ptr, vmId.length, name.ptr, name.length, slot)
  );
  return status == Status.Ok ? load<u32>(slot) : 0;
}

/** Puts an item at the end. NotFound: no such queue. */
export function enqueue(queueId: u32, ptr: usize, length: u32): Status {
  return <Status>proxy_enqueue_shared_queue(queueId, ptr, length);
}

/** Takes the first item. Empty: there is none. */
export function dequeue(queueId: u32, item: View): Status {
  item.clear();
  const slot = item.slot();
  return <Status>proxy_dequeue_shared_queue(queueId, slot, slot + 4);
}
