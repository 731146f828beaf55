// Host calls on state that outlives a stream: shared data and queues, in the name space of the VM's vm_id.
import { Status } from "../../../assembly/abi/constants.ts";
import type { HostCall } from "../imports.ts";
import type { Vm } from "../vm.ts";

export function sharedCalls(vm: Vm): Record<string, HostCall> {
  const { host } = vm.worker;
  const { vmId } = vm.spec;
  return {
    proxy_get_shared_data: (
      key: number,
      keySize: number,
      pointerAt: number,
      sizeAt: number,
      casAt: number,
    ) => {
      const name = vm.memory.string(key, keySize);
      if (name === undefined) return Status.InvalidMemoryAccess;
      const entry = host.shared.get(vmId, name);
      if (entry === undefined) return Status.NotFound;
      return vm.give(entry.value, pointerAt, sizeAt) && vm.memory.setU32(casAt, entry.cas)
        ? Status.Ok
        : Status.InvalidMemoryAccess;
    },
    proxy_set_shared_data: (
      key: number,
      keySize: number,
      value: number,
      valueSize: number,
      cas: number,
    ) => {
      const name = vm.memory.string(key, keySize);
      const bytes = vm.memory.copy(value, valueSize);
      if (name === undefined || bytes === undefined) return Status.InvalidMemoryAccess;
      host.counters.bytesOut += bytes.length;
      return host.shared.set(vmId, name, bytes, cas >>> 0);
    },
    proxy_register_shared_queue: (name: number, nameSize: number, idAt: number) => {
      const text = vm.memory.string(name, nameSize);
      if (text === undefined) return Status.InvalidMemoryAccess;
      const { root } = vm.effective!;
      const id = host.queues.register(vmId, text, (queueId) => {
        vm.worker.clock.schedule(0, () => {
          if (!root.deleted) root.run("proxy_on_queue_ready", "queue ready", root.id, queueId);
        });
      });
      return vm.memory.setU32(idAt, id) ? Status.Ok : Status.InvalidMemoryAccess;
    },
    proxy_resolve_shared_queue: (
      vmIdAt: number,
      vmIdSize: number,
      name: number,
      nameSize: number,
      idAt: number,
    ) => {
      const owner = vm.memory.string(vmIdAt, vmIdSize);
      const text = vm.memory.string(name, nameSize);
      if (owner === undefined || text === undefined) return Status.InvalidMemoryAccess;
      const id = host.queues.resolve(owner === "" ? vmId : owner, text);
      if (id === undefined) return Status.NotFound;
      return vm.memory.setU32(idAt, id) ? Status.Ok : Status.InvalidMemoryAccess;
    },
    proxy_enqueue_shared_queue: (id: number, value: number, valueSize: number) => {
      const bytes = vm.memory.copy(value, valueSize);
      return bytes === undefined
        ? Status.InvalidMemoryAccess
        : host.queues.enqueue(id >>> 0, bytes);
    },
    proxy_dequeue_shared_queue: (id: number, pointerAt: number, sizeAt: number) => {
      const item = host.queues.dequeue(id >>> 0);
      if (typeof item === "number") return item;
      return vm.give(item, pointerAt, sizeAt) ? Status.Ok : Status.InvalidMemoryAccess;
    },
  };
}
